# shellcheck shell=sh
# Sourced by the scripts from the clone's top directory: makes `node` Node 24, and finds act where it is
# installed. SYSTEM_NODE is the machine's own node, which tests run the bundle with, too; empty when there is
# none.

root=$PWD

if [ -z "${SYSTEM_NODE+set}" ]; then
  SYSTEM_NODE=$(command -v node || true)
  export SYSTEM_NODE
  PATH=$root/.tools/node/bin:$root/.tools/act/bin:$PATH
  export PATH
fi
