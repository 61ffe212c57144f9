# rhumb_module(NAME
#   [DIR sub/dir]        folder below src/, NAME unless given
#   [PURE]               no I/O and no engine: its tests also run under the thread sanitizer
#   [DEPENDS module...]  the only modules it may include
#   [LIBS target...]     libraries from outside
#   [DEFINES A=b...])    compile definitions, for this module only
#
# makes the library rhumb_NAME of DIR's *.cpp and the test NAME_test of DIR's
# *_test.cpp. The linker thereby keeps the layers: what is not declared here is
# not found there. scripts/check_layers.py reads the same declarations.

set_property(GLOBAL PROPERTY RHUMB_MODULES "")
set_property(GLOBAL PROPERTY RHUMB_DEFINES "")
add_custom_target(unit_tests)
add_custom_target(pure_tests)

# A module whose folder is still empty is an interface, so that its dependants
# can already name it.
function(rhumb_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PURE" "DIR" "DEPENDS;LIBS;DEFINES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rhumb_module(${name}): cannot read '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_DIR)
    set(arg_DIR ${name})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${arg_DIR}/*.cpp")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM arg_DEPENDS PREPEND rhumb_)

  set(scope PUBLIC)
  if(sources)
    add_library(rhumb_${name} STATIC ${sources})
    target_link_libraries(rhumb_${name} PRIVATE rhumb_warnings)
    target_compile_definitions(rhumb_${name} PRIVATE ${arg_DEFINES})
  else()
    set(scope INTERFACE)
    add_library(rhumb_${name} INTERFACE)
  endif()
  target_include_directories(rhumb_${name} ${scope}
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_BINARY_DIR}/generated")
  target_link_libraries(rhumb_${name} ${scope} ${arg_DEPENDS} ${arg_LIBS})
  set_property(GLOBAL APPEND PROPERTY RHUMB_MODULES rhumb_${name})
  set_property(GLOBAL APPEND PROPERTY RHUMB_DEFINES ${arg_DEFINES})

  if(tests)
    rhumb_unit_test(${name} "${arg_PURE}" "${arg_DEFINES}" ${tests})
  endif()
endfunction()

# One ctest entry per executable: asking each for its cases would run it at build time.
function(rhumb_unit_test name pure defines)
  add_executable(${name}_test ${ARGN})
  target_link_libraries(${name}_test PRIVATE rhumb_${name} rhumb_warnings GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE ${defines})
  add_test(NAME ${name}_test COMMAND ${name}_test --gtest_brief=1
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  add_dependencies(unit_tests ${name}_test)
  set_tests_properties(${name}_test PROPERTIES LABELS "unit" TIMEOUT 300)
  if(pure)
    add_dependencies(pure_tests ${name}_test)
    set_tests_properties(${name}_test PROPERTIES LABELS "unit;pure")
  endif()
endfunction()

# Target header_check: every header compiles alone, and twice in one file.
function(rhumb_header_check)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/src"
    "${PROJECT_SOURCE_DIR}/src/*.h")
  set(units)
  foreach(header ${headers})
    set(unit "${CMAKE_BINARY_DIR}/header_check/${header}.cpp")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND units "${unit}")
  endforeach()
  if(NOT units)
    add_custom_target(header_check)
    return()
  endif()
  get_property(modules GLOBAL PROPERTY RHUMB_MODULES)
  add_library(header_check OBJECT EXCLUDE_FROM_ALL ${units})
  target_link_libraries(header_check PRIVATE ${modules} rhumb_warnings)
  get_property(defines GLOBAL PROPERTY RHUMB_DEFINES)
  target_compile_definitions(header_check PRIVATE ${defines})
endfunction()
