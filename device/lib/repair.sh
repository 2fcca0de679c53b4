# What cut loads left behind is undone before anything is loaded.

# A Podman that was cut can leave an image of which it has no more than the record: it cannot list its images then,
# nor say that this one exists. Those of loads that were begun are removed.
remove_halves() {
  look 2>/dev/null || each_intent remove_half
}

remove_half() {
  # An intent is named by the digest of the config, also where the rest of it is damaged.
  for digest in "${intent##*-}" "${noted_manifest#*:}"; do
    [ -z "$digest" ] || inspect "$digest" >/dev/null 2>&1 || is_used "$digest" ||
      engine rmi --force -- "$digest" </dev/null >/dev/null 2>&1 || true
  done
}

# Sets `keepers`, lines "REFERENCE NAME": what a cut load left of the image can't be undone, since something of it is
# in an image that stays: one that is in use, or is not ours, or has such a neighbour itself. All is looked at
# before anything is removed: an image that can't be made good is not taken away.
find_keepers() {
  look || held="unknown,- $suspects"
  keepers=$({
    each print_cut interrupted
    each_intent print_unlisted
    printf '%s\n' "$held" | sed 's/^\([^ ]*\) /|\1|/'
  } | awk -F '|' '
    $1 != "" { cut[++cuts] = $1; wanted[cuts] = " " $3 " "; claim(split($2, name, " ")) }
    $1 == "" { names[++images] = $2; items[images] = $3 }
    END {
      do {
        found = 0
        for (c = 1; c <= cuts; c++)
          for (i = 1; i <= images && !(c in kept); i++)
            if (shares(c, i) && (keeper = keeper_of(i)) != "") { kept[c] = keeper; found = 1 }
      } while (found)
      for (c in kept) print cut[c], kept[c]
    }
    function claim(count, n) {
      for (n = 1; n <= count; n++) owner[familiar(name[n])] = cuts
    }
    # What it is that keeps the image, where that is not what goes with the cut ones.
    function keeper_of(image, part, count, n, own) {
      count = split(names[image], part, ",")
      # Behind its names stands its ID, which goes for one without a name.
      for (n = 1; n < count || n == 1; n++) {
        own = owner[familiar(part[n])]
        if (own == "") return part[n]
        if (own in kept) return kept[own]
      }
      return ""
    }
    function shares(c, image, item, count, n) {
      count = split(items[image], item, " ")
      for (n = 1; n <= count; n++) if (index(wanted[c], " " item[n] " ")) return 1
      return 0
    }
    # As Docker shows names.
    function familiar(text) {
      sub(/^docker\.io\//, "", text)
      if (text ~ /^library\/[^\/]*$/) sub(/^library\//, "", text)
      return text
    }')
}

# Of an image whose load was cut: its reference, the names that go with it, and what a cut may have damaged.
print_cut() {
  going=''
  if find_fragments >/dev/null; then
    list_going
    ! is_replaceable || going="$reference $going"
  fi
  list_items
  list_wanted
  printf '%s|%s|%s\n' "$reference" "$going" "$wanted"
}

print_unlisted() {
  is_unlisted || return 0
  id=$(current_id "$reference")
  list_going
  printf '%s|%s|%s\n' "$reference" "$going" "$noted_brings"
}

# Sets `going` to the names and IDs under which the image would be removed.
list_going() {
  going="$(pulled_name "$key"):latest ${config#*:} ${manifest#*:}"
  # Docker may be ending the load whose client was killed: an absent image can be there when its layers are looked at.
  if [ "$id" = - ] || is_packaged; then
    going="$reference $going"
  fi
  ! is_packaged || ! is_used "$id" || going=''
}

# Sets `wanted` to those of `items` that a cut load may have damaged.
list_wanted() {
  wanted=''
  for item in $items; do
    ! has "$suspects" "$item" || wanted="$wanted$item "
  done
}

# Sets `keeper`.
is_kept() {
  keeper=$(printf '%s\n' "$keepers" | awk -v reference="$reference" '$1 == reference { print $2; exit }')
  [ -n "$keeper" ]
}

# What a load that was cut left behind is listed and may not run, and loading again does not mend
# it, since the engine takes a damaged layer for present. So the image is removed; and because a
# damaged layer can outlive an image that was never recorded, every image that has such a layer is
# loaded to be removed once more. All go through each step together: they may share the layer.
repair() {
  blocked=''
  each say_repair interrupted
  each remove_reloadable interrupted
  each note_blocked interrupted
  if [ -n "$blocked" ]; then
    # Docker may meanwhile have ended a load whose client was killed.
    blocked=''
    each remove_reloadable interrupted
    each note_blocked interrupted
  fi
  load_together_for_removal || each load_for_removal interrupted
  each remove_reloadable interrupted
}

say_repair() {
  say "an earlier load of $reference, or of layers of it, was interrupted: undoing it"
}

# What can't be loaded again is not removed either.
remove_reloadable() {
  ! is_kept && find_fragments >/dev/null || return 0
  remove_image
  id=$(current_id "$reference")
  ! is_replaceable || engine rmi --force -- "$reference" </dev/null >/dev/null 2>&1 || true
}

# Whether the image of an earlier version, which a whole load was to replace, has layers that the load may have
# damaged: the engine had refused to do without them.
is_replaceable() {
  [ "$id" = "$(read_record && printf '%s' "$recorded_id")" ] && ! is_packaged && ! is_used "$id" || return
  others=$(printf '%s\n' "$held" | awk -v id="${id#*:}" '$2 == id { print; exit }')
  for item in $suspects; do
    ! has "$others" "$item" || return 0
  done
  return 1
}

# Removes what stands under the reference, if it is what our load was to put there; and, where a load was to
# bring it and was cut before the image had its name, the image without that.
remove_image() {
  id=$(current_id "$reference")
  ! is_packaged || is_used "$id" || engine rmi --force -- "$reference" </dev/null >/dev/null 2>&1 || true
  for digest in "${config#*:}" "${manifest#*:}"; do
    ! has "$suspects" "$digest" || ! is_nameless "$digest" || is_used "$digest" ||
      engine rmi --force -- "$digest" </dev/null >/dev/null 2>&1 || true
  done
}

# Forced removal would take such a container along. An engine that cannot tell may have one.
is_used() {
  user=$(engine ps --all --quiet --filter "ancestor=${1#sha256:}" </dev/null) || user=unknown
  [ -n "$user" ]
}

# Whether the engine has this image, with no name but the one that a load of ours gives it meanwhile.
is_nameless() {
  names=$(engine image inspect --format '{{range .RepoTags}}{{.}} {{end}}{{range .RepoDigests}}{{.}} {{end}}' -- "$1" </dev/null 2>/dev/null) || return
  for name in $names; do
    case $name in
      "$(pulled_name "$key")"[:@]*) ;;
      *) return 1 ;;
    esac
  done
}

# Of an image that is still held, loading and removing would only lose the tag.
note_blocked() {
  is_removed >/dev/null || blocked="$blocked $key"
}

load_for_removal() {
  if has "$blocked" "$key" || ! find_fragments >/dev/null; then
    return
  fi
  base=0
  take_image
  if ! why=$({ look && write_intent; } 2>&1 && stream_image); then
    say "$reference cannot be loaded to be removed: $why"
    blocked="$blocked $key"
  fi
}

# Says what still has something of this image that a cut load may have damaged: another tag, an
# image that was built on it, or itself because of a container.
is_removed() {
  list_items
  list_wanted
  [ -n "$wanted" ] || return 0
  if ! look; then
    echo "$ENGINE cannot list its images"
    return 1
  fi
  is_kept || keeper=$(printf '%s\n' "$held" | while read -r name others; do
    for item in $wanted; do
      ! has "$others" "$item" || printf '%s\n' "${name%%,*}"
    done
  done | head -n 1)
  [ -n "$keeper" ] || return 0
  echo "an interrupted load can't be undone while $keeper, or a container that uses the image, keeps what it left: remove that"
  return 1
}

# Removes the image of a cut load of another package, or of an earlier list. The intent stays for what
# may be left besides, until a load of the same layers has replaced that.
undo_unlisted() {
  is_unlisted || return 0
  is_kept || remove_image
  if ! why=$(is_removed); then
    say "$reference of the package $noted_package: $why"
  else
    list_items
    take_away "$noted_brings" "$items"
    [ -n "$left" ] || drop_intents "$intent"
  fi
}

# Sets what is known of the image of the intent.
is_unlisted() {
  [ -n "$noted_reference" ] || return
  key=${intent#"$INTENTS/$STORE-$driver-"} key=${key%-*}
  case "$newline$(list)" in
    *"$newline$noted_reference $key $noted_config "*) return 1 ;;
  esac
  reference=$noted_reference config=$noted_config manifest=$noted_manifest contents=-
}
