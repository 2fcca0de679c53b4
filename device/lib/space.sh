# Space first: what is refused here could not have been loaded.

# Compares a lower bound of what the loads take with what is free. The containerd store keeps the layers as they
# came beside the unpacked ones. Meanwhile the engine spools the stream that it is loading: Docker once,
# under its data root, Podman twice, in TMPDIR. Sets `roomy`: whether one stream of all images has room as well.
enough_space() {
  roomy=no
  [ "$total" -gt 0 ] && { has_looked || look; } || return 0
  roomy=yes
  case $ENGINE/$driver in
    docker/*+io.containerd.*)
      has_room "$data_root" 0 1 1
      ;;
    docker/*)
      has_room "$data_root" 1 1 0
      ;;
    podman/*)
      if [ "$(stat -c %d "$data_root")" = "$(stat -c %d "$WORK")" ]; then
        has_room "$data_root" 2 1 0
      else
        has_room "$data_root" 0 1 0 && has_room "$WORK" 2 0 0
      fi
      ;;
  esac
}

# has_room FOLDER SPOOLED UNPACKED KEPT: where it has not, nothing is loaded. Images have smaller files than archives,
# and others write too: one stream must leave as much free as half of what it takes.
has_room() {
  free=$(free_bytes "$1")
  bounds=$(peaks "$2" "$3" "$4")
  needed=${bounds% *} together=${bounds#* }
  [ "$((together + together / 2))" -le "$free" ] || roomy=no
  [ "$needed" -gt "$free" ] || return 0
  each count_failed "$TO_LOAD"
  each fail_unknown unknown
  failures="not enough space in $1: $(megabytes "$needed") needed, $(megabytes "$free") free; nothing was loaded"
  return 1
}

# peaks SPOOLED UNPACKED KEPT: the most bytes that the loads take at one moment, image by image and with one stream, if
# a stream is spooled, and a new layer stored unpacked and kept as it came, so many times. A layer that any image
# has, or an image before, is neither. What there is of a load that was cut cannot be told: image by image, nothing
# is counted as stored for it. Layers come unpacked out of zstd, and as they are in their files otherwise.
peaks() {
  {
    printf 'present %s\n' "$present"
    find "$SHARE/layers" -name '*.tar' -printf 'file layers/%f %s\n'
    largest_first
  } | awk -v spooled="$1" -v unpacked="$2" -v kept="$3" '
    $1 == "present" { for (i = 2; i <= NF; i++) there[$i] }
    $1 == "file" { bytes[$2] = $3 }
    $1 ~ /^(absent|outdated|overruled|interrupted)$/ {
      streamed = stored = 0
      count = split($11, content, ",")
      split($10, layer, ",")
      for (i = 1; i <= count; i++) {
        split(content[i], part, ":")
        if (!(part[1] in there) || $1 == "interrupted") {
          came = layer[i] ~ /\.tar$/ ? bytes[layer[i]] : part[2]
          streamed += came
          stored += unpacked * part[2] + kept * came
        }
        there[part[1]]
      }
      all += stored
      if ($1 != "interrupted") grown += stored
      if (grown + spooled * streamed > most) most = grown + spooled * streamed
      if ($1 == "absent" || $1 == "interrupted") streamed = joint += streamed
      if (streamed > longest) longest = streamed
    }
    END { printf "%.0f %.0f\n", most, all + spooled * longest }'
}

count_failed() {
  failed=$((failed + 1))
}

free_bytes() {
  df -Pk -- "$1" | awk 'NR == 2 { printf "%.0f\n", $4 * 1024 }'
}
