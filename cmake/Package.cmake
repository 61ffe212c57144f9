# What `cmake --install` and `make package` hand out: the program, what it needs of the engine in a
# folder of its own that can be moved together with it, and what shells and man(1) look for.
#
#   bin/rhumb                      finds ../lib/rhumb, wherever that is
#   lib/rhumb/                     the engine and its extension, of exactly the version it was built with
#   lib/rhumb/spark                the driver that Spark runs
#   share/man, share/...           generated from the declarations of the commands
#   share/doc/rhumb                licences

set(private_folder lib/rhumb)

# In the build tree the same things lie at the same places below the program, so that it is the very
# file that is installed: rewriting a path inside it would leave its length behind.
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/${private_folder}")
foreach(file "${RHUMB_DUCKDB_LIBRARY}" "${RHUMB_EXTENSION_DIR}/spatial.duckdb_extension")
  get_filename_component(name "${file}" NAME)
  file(CREATE_LINK "${file}" "${CMAKE_BINARY_DIR}/${private_folder}/${name}" SYMBOLIC)
  install(FILES "${file}" DESTINATION ${private_folder})
endforeach()
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/spark" "${CMAKE_BINARY_DIR}/${private_folder}/spark" SYMBOLIC)
install(DIRECTORY spark/rhumb_spark DESTINATION ${private_folder}/spark
  FILES_MATCHING PATTERN "*.py" PATTERN "*.json" PATTERN "py.typed" PATTERN "__pycache__" EXCLUDE)
set_target_properties(rhumb PROPERTIES
  BUILD_WITH_INSTALL_RPATH ON
  INSTALL_RPATH "$ORIGIN/../${private_folder};$ORIGIN/${private_folder}")

# The manual page and the completions, laid out as below /usr/share.
add_custom_target(share
  COMMAND ${CMAKE_COMMAND} -E rm -rf "${CMAKE_BINARY_DIR}/share"
  COMMAND rhumb docs --share "${CMAKE_BINARY_DIR}/share"
  COMMENT "Writing the manual page and the completions" VERBATIM)

set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(TARGETS rhumb RUNTIME DESTINATION bin)
install(DIRECTORY "${CMAKE_BINARY_DIR}/share" DESTINATION .)
install(FILES LICENSE NOTICE DESTINATION share/doc/rhumb)
install(FILES LICENSE DESTINATION share/doc/rhumb RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "The Rhumb maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keeps geospatial tables and files complete and fresh")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Reads files and PostgreSQL tables, transforms them with spatial SQL on an embedded engine\\n and publishes each result as a version that readers see whole or not at all.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_BINARY_DIR}/${private_folder}")
# What no library names: the zones that libdate-tz reads.
set(CPACK_DEBIAN_PACKAGE_DEPENDS tzdata)
include(CPack)
