#!/bin/sh
# machine.sh BASE PACKAGES SCRIPT ARGUMENTS: runs SCRIPT as the first process of a throw-away
# machine: the Debian tree BASE under a writable layer in memory, with PACKAGES at /packages and
# file systems of their own for the engines' data. Needs root.
set -eu

if [ "${1-}" != --inside ]; then
  root=$(mktemp -d)
  trap 'rmdir "$root"' EXIT
  # What is mounted in it goes with its name space.
  unshare -m -p -n -u --fork --kill-child sh "$0" --inside "$root" "$@"
  exit
fi
root=$2 base=$3 packages=$4 script=$5
shift 5

# The caller's folder for temporary files is not there inside.
unset TMPDIR
mount -t tmpfs -o size=6g memory "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mount -t overlay -o "lowerdir=$base,upperdir=$root/upper,workdir=$root/work" overlay "$root/merged"
cd "$root/merged"
mkdir -p packages var/lib/docker var/lib/containerd var/lib/containers
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup || mount -t tmpfs cgroup sys/fs/cgroup
mount --rbind /dev dev
for folder in run tmp home var/lib/docker var/lib/containerd var/lib/containers; do
  mount -t tmpfs -o size=1g memory "$folder"
done
mkdir -p run/lock
mount --bind "$packages" packages
cp "$script" tmp/script
# Not chroot: within one, no user may make a user name space, and rootless Podman needs that.
mkdir -p outside
pivot_root . outside
cd /
mount --make-rshared /
umount -l /outside
rmdir /outside
exec sh /tmp/script "$@"
