# The settings and image.list: what people and the package say is to be done.

# Settings are data: read line by line, never evaluated. A mistake in them must not keep a device
# from starting: it is said, and the careful value holds.
read_conffile() {
  delete_after_load=no conflict=keep remove_replaced=no
  [ -e "$CONFFILE" ] || return 0
  while IFS='=' read -r setting value || [ -n "$setting" ]; do
    case $setting=$value in
      '='* | '#'*) ;;
      delete_after_load=yes | delete_after_load=no) delete_after_load=$value ;;
      conflict=keep | conflict=package) conflict=$value ;;
      remove_replaced=yes | remove_replaced=no) remove_replaced=$value ;;
      *) say "$CONFFILE: not understood and ignored: $setting=$value" >&2 ;;
    esac
  done <"$CONFFILE"
}

# Every value of the list is checked once, here; from then on none can be taken for an option, lead
# out of the package's folder, or need an escape in JSON.
check_list() {
  [ -r "$LIST" ] || die "$LIST is missing: install the package $NAME again"
  IFS= read -r first <"$LIST" || die "$LIST is empty: install the package $NAME again"
  [ "$first" = '# container-preload image list 2' ] ||
    die "$LIST has a format that this loader does not know: $first"
  line=1
  while read -r reference key config manifest size flags image layers contents; do
    line=$((line + 1))
    is_entry || die "$LIST:$line is damaged: install the package $NAME again"
  done <<END
$(list)
END
}

list() {
  sed 1d "$LIST"
}

is_entry() {
  is_reference "$reference" && is_hex "$key" 32 && is_digest "$config" &&
    is_digest "$manifest" && is_number "$size" && is_flags "$flags" &&
    is_fragment images "$image" "$image" && are_layers "$layers" "$image" &&
    are_contents "$contents" "$layers"
}

is_reference() {
  case $1 in
    -* | *[!A-Za-z0-9._:/\[\]-]*) return 1 ;;
    *?:?*) ;;
    *) return 1 ;;
  esac
}

is_hex() {
  case $1 in
    *[!0-9a-f]*) return 1 ;;
  esac
  [ "${#1}" -eq "$2" ]
}

is_digest() {
  case $1 in
    sha256:*) is_hex "${1#sha256:}" 64 ;;
    *) return 1 ;;
  esac
}

# The digits of a digest that may be a sha512.
is_digits() {
  is_hex "$1" 64 || is_hex "$1" 128
}

is_number() {
  case $1 in
    '' | *[!0-9]*) return 1 ;;
  esac
}

is_flags() {
  case $1 in
    - | fetch-only) ;;
    *) return 1 ;;
  esac
}

# is_fragment FOLDER PATH IMAGE: PATH lies in FOLDER and is compressed as IMAGE is.
is_fragment() {
  case $2 in
    "$1"/*.zst | "$1"/*.tar) ;;
    *) return 1 ;;
  esac
  [ "${2##*.}" = "${3##*.}" ] || return 1
  stem=${2#"$1"/}
  is_digits "${stem%.*}"
}

# are_layers LAYERS IMAGE: a comma list, or `-`. Split without a process: this is done at every boot.
are_layers() {
  [ "$1" != - ] || return 0
  rest=$1,
  while [ -n "$rest" ]; do
    is_fragment layers "${rest%%,*}" "$2" || return 1
    rest=${rest#*,}
  done
}

# are_contents CONTENTS LAYERS: "DIFFID:BYTES,…", one for each layer.
are_contents() {
  [ "$1/$2" != -/- ] || return 0
  rest=$1, others=$2,
  while [ -n "$rest" ] && [ -n "$others" ]; do
    content=${rest%%,*}
    is_digits "${content%:*}" && is_number "${content##*:}" || return 1
    rest=${rest#*,} others=${others#*,}
  done
  [ -z "$rest$others" ]
}

# Sets `words` to the items of a comma list, with spaces between; to none for `-`. Without a process, as all
# that is done for each image: on a small device a process costs more than the work in it.
split() {
  words='' rest=$1,
  [ "$1" != - ] || rest=''
  while [ -n "$rest" ]; do
    words="$words${rest%%,*} " rest=${rest#*,}
  done
}

# has LIST ITEM
has() {
  case " $1 " in
    *" $2 "*) ;;
    *) return 1 ;;
  esac
}

# Sets `items`, the hexadecimal digits of what an image consists of: its IDs and the diff IDs of its layers.
list_items() {
  items="${config#*:} ${manifest#*:} "
  split "$contents"
  for content in $words; do
    items="$items${content%:*} "
  done
}

# Sets `fragments`, the files of an image.
list_fragments() {
  split "$layers"
  fragments="$words$image"
}
