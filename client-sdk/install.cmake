# What an app outside this tree gets: one library to name, Lianxin::client, and the headers of include/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(lianxin_sync PROPERTIES EXPORT_NAME sync)
set_target_properties(lianxin_schema PROPERTIES EXPORT_NAME schema)
install(TARGETS lianxin_client lianxin_client_core lianxin_sync lianxin_schema EXPORT Lianxin-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(EXPORT Lianxin-targets NAMESPACE Lianxin:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Lianxin COMPONENT sdk)
configure_package_config_file(LianxinConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/LianxinConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Lianxin)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/LianxinConfigVersion.cmake
                                 VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/LianxinConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/LianxinConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Lianxin COMPONENT sdk)
