# Debian packages: `cpack -G DEB` in the build folder makes lianxin-server and liblianxin-dev.
include(GNUInstallDirs)

set(deploy ${CMAKE_CURRENT_LIST_DIR})
set(examples ${CMAKE_INSTALL_DATADIR}/doc/lianxin-server/examples)
install(FILES ${deploy}/nginx.conf ${deploy}/haproxy.cfg DESTINATION ${examples} COMPONENT server)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/server/HTTP.md ${CMAKE_SOURCE_DIR}/server/SECURITY.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lianxin-server COMPONENT server)
install(FILES ${deploy}/lianxin-server.service DESTINATION lib/systemd/system COMPONENT server)
install(FILES ${deploy}/lianxin-server.default DESTINATION /etc/default RENAME lianxin-server COMPONENT server)

set(CPACK_PACKAGE_NAME lianxin)
set(CPACK_PACKAGE_VENDOR Lianxin)
set(CPACK_PACKAGE_CONTACT "Lianxin <lianxin@example.org>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL server sdk)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_SERVER_PACKAGE_NAME lianxin-server)
set(CPACK_COMPONENT_SERVER_DESCRIPTION "Offline-first sync server for field work of committee members' studios")
set(CPACK_DEBIAN_SERVER_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "adduser")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA
    "${deploy}/debian/preinst;${deploy}/debian/postinst;${deploy}/debian/prerm;${deploy}/debian/postrm;${deploy}/debian/conffiles")

set(CPACK_DEBIAN_SDK_PACKAGE_NAME liblianxin-dev)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_SDK_DESCRIPTION "What a phone app of Lianxin is built with: library, headers, CMake files")
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS 
    "libcpp-httplib-dev, libexpected-dev, libsqlite3-dev, libsqlitecpp-dev, libssl-dev, pkg-config, zlib1g-dev")

include(CPack)
