#!/bin/sh
# device-load.sh ENGINE RUNS TIGHT: loads the images of bench/device-load.ts in several ways, and prints "WAY SECONDS
# CPU-SECONDS" for each run and "peak WAY OWN EXTRA" (bytes: the engine's own copy, and the most that was taken beside it
# at one moment). Our loader chooses for itself: one stream where the disk is empty, and image by image where TIGHT
# bytes are free. Runs in the machine of __tests__/device/machine.sh.
set -eu

engine=$1 runs=$2 tight=$3
disk=/mnt

main() {
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
  mount_disk
  dpkg --install "/packages/bench-images_1.deb" >/dev/null
  [ "$engine" = podman ] || start_docker
  # The first round fills the caches of the disk, and tells what it takes.
  for way in one_stream image_by_image rival; do
    measure_disk "$way"
  done
  save_all
  run=0
  while [ "$run" -lt "$runs" ]; do
    run=$((run + 1))
    for way in one_stream rival image_by_image rival engine_alone rival; do
      prepare "$way"
      count_cpu
      began="$(now) $spent"
      "$way" >/dev/null
      took "$way"
      [ "$way" != rival ] || { sync -f "$disk" && took rival_synced; }
    done
  done
  [ "$engine" = podman ] || stop_docker
  umount -l "$disk"
}

took() {
  ended=$(now)
  count_cpu
  echo "$1 $ended $spent $began" | awk '{ printf "%s %.3f %.3f\n", $1, $2 - $4, $3 - $5 }'
}

# Engine, spool and state on one file system of its own, so that it can be told what they take together.
mount_disk() {
  mount -o loop /packages/disk.ext4 "$disk"
  for folder in docker containerd containers container-preload bench-images tmp; do
    mkdir -p "$disk/$folder" "/var/lib/$folder"
    mount --bind "$disk/$folder" "$([ "$folder" = tmp ] && echo /var/tmp || echo "/var/lib/$folder")"
  done
}

start_docker() {
  dockerd --bridge=none --iptables=false --ip6tables=false >/tmp/dockerd.log 2>&1 &
  timeout 60 sh -c 'until docker info >/dev/null 2>&1; do sleep 0.2; done'
}

stop_docker() {
  docker_pid=$(cat /var/run/docker.pid)
  kill "$docker_pid"
  while kill -0 "$docker_pid" 2>/dev/null; do sleep 0.1; done
}

now() {
  date +%s.%N
}

# Sets `spent`: seconds of CPU of all that this script has run, and of the daemon. In hundredths: proc(5).
count_cpu() {
  times >/tmp/times
  [ "$engine" = podman ] || cat "/proc/$(cat /var/run/docker.pid)/stat" >>/tmp/times
  spent=$(awk -F '[ms ]+' '
    NR == 2 { spent = $1 * 60 + $2 + $3 * 60 + $4 }
    NR == 3 { split($0, field, " "); for (i = 14; i <= 17; i++) spent += field[i] / 100 }
    END { print spent }' /tmp/times)
}

# The loader itself, with its syncs, and what it chose.
one_stream() {
  /usr/lib/bench-images/load >/tmp/said
  grep -q 'in one stream' /tmp/said
}

image_by_image() {
  /usr/lib/bench-images/load >/tmp/said
  ! grep -q 'in one stream' /tmp/said || exit 1
}

# The predecessor's loader. It does not sync: what that would take is measured apart.
rival() {
  for archive in /packages/rival-*.zst; do
    zstd -dc "$archive" | "$engine" load --quiet
  done
}

# Sets `references`.
save_all() {
  references=$("$engine" images --format '{{.Repository}}:{{.Tag}}')
  # shellcheck disable=SC2086 # references
  set -- --output "$disk/all.tar" $references
  [ "$engine" = docker ] || set -- --multi-image-archive "$@"
  "$engine" save "$@"
}

engine_alone() {
  case $engine in
    docker) docker load --quiet --input "$disk/all.tar" ;;
    podman)
      set --
      for reference in $references; do
        set -- "$@" "docker-archive:$disk/all.tar:$reference"
      done
      podman pull --quiet "$@"
      ;;
  esac
}

# prepare WAY: an engine without images, and a disk as the way needs it.
prepare() {
  "$engine" images --all --quiet | sort -u | xargs -r "$engine" rmi --force >/dev/null
  rm -rf /var/lib/bench-images/* "$disk/filler"
  sync
  [ "$1" != image_by_image ] ||
    fallocate -l "$(($(df --output=avail -B1 "$disk" | tail -n 1) - tight))" "$disk/filler"
  sync
}

measure_disk() {
  prepare "$1"
  before=$(used)
  : >/tmp/sampling
  sample >/tmp/most &
  "$1" >/dev/null
  rm /tmp/sampling
  wait "$!"
  own=$(($(used) - before))
  echo "peak $1 $own $(($(cat /tmp/most) - before - own))"
}

sample() {
  most=0
  while [ -e /tmp/sampling ]; do
    now=$(used)
    [ "$now" -le "$most" ] || most=$now
    sleep 0.01
  done
  echo "$most"
}

used() {
  df --output=used -B1 "$disk" | tail -n 1
}

main
