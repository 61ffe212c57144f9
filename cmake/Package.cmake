# What `cmake --install` and `make package` hand out: the program, and beside it
# the engine and its extension, so that the folder can be moved as a whole.

if(TARGET rhumb)
  set_target_properties(rhumb PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  install(TARGETS rhumb RUNTIME DESTINATION bin)
endif()
install(FILES "${RHUMB_DUCKDB_LIBRARY}" DESTINATION lib)
install(FILES "${RHUMB_EXTENSION_DIR}/spatial.duckdb_extension" DESTINATION lib/rhumb)
install(FILES LICENSE NOTICE DESTINATION share/doc/rhumb)

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME "rhumb-${PROJECT_VERSION}-linux-x86_64")
set(CPACK_STRIP_FILES ON)
include(CPack)
