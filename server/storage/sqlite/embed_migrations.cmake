# lianxin_embed_migrations(TARGET NAME FILE...) writes a header `migrations_NAME.h` into the build tree, at the path of
# the folder above the files, with `lianxin::server::NAME_migrations`: an array of Migration, in the order of the files'
# numbers (0001_what.sql is 1). The target finds it as if it lay among the sources.
function(lianxin_embed_migrations target name)
  set(rows "")
  foreach(file IN LISTS ARGN)
    get_filename_component(base ${file} NAME)
    string(REGEX MATCH "^0*([1-9][0-9]*)_" matched ${base})
    if(NOT matched)
      message(FATAL_ERROR "${file}: a migration is named 0001_what.sql")
    endif()
    set(number ${CMAKE_MATCH_1})
    file(READ ${file} sql)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    string(APPEND rows "    {${number}, R\"migration(${sql})migration\"},\n")
  endforeach()
  file(RELATIVE_PATH here ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  get_filename_component(first ${ARGV2} DIRECTORY)   # …/migrations
  get_filename_component(folder "${here}/${first}" DIRECTORY)
  set(header "// Made by embed_migrations.cmake from ${here}/${first}.
#pragma once

#include \"server/storage/migration.h\"

namespace lianxin::server {

inline constexpr Migration ${name}_migrations[] = {
${rows}};

}  // namespace lianxin::server
")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${folder}/migrations_${name}.h CONTENT "${header}" @ONLY)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
