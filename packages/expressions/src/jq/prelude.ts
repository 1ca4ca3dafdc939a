/**
 * Functions that are written in jq itself, in the words of its manual. They are compiled when they are first called.
 */
export const PRELUDE = `
def map(f): [.[] | f];
def map_values(f): .[] |= f;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def finites: select(isfinite);
def normals: select(isnormal);
def in(container): . as $key | container | has($key);
def recurse: recurse(.[]?);
def recurse(f; condition): recurse(f | select(condition));
def del(f): delpaths([path(f)]);
def paths: path(..) | select(. != []);
def paths(f): path(.. | select(f)) | select(. != []);
def pick(f): . as $whole | reduce path(f) as $p (null; setpath($p; $whole | getpath($p)));
def to_entries: [keys[] as $key | {key: $key, value: .[$key]}];
def from_entries: map({(.key // .Key // .name // .Name): if has("value") then .value else .Value end}) | add // {};
def with_entries(f): to_entries | map(f) | from_entries;
def walk(f): def inner: if type == "array" then map(inner) elif type == "object" then map_values(inner) else . end | f; inner;
def add(f): [f] | add;
def range($end): range(0; $end; 1);
def range($start; $end): range($start; $end; 1);
def first: .[0];
def last: .[-1];
def any: any(.[]; .);
def any(f): any(.[]; f);
def any(g; f): isempty(g | select(f)) | not;
def all: all(.[]; .);
def all(f): all(.[]; f);
def all(g; f): isempty(g | select(f | not));
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("nth doesn't support negative index") else first(skip($n; f)) end;
def min_by(f): _by("min_by"; map([f]));
def max_by(f): _by("max_by"; map([f]));
def sort_by(f): _by("sort_by"; map([f]));
def group_by(f): _by("group_by"; map([f]));
def unique_by(f): _by("unique_by"; map([f]));
def combinations: if length == 0 then [] else .[0][] as $head | [$head] + (.[1:] | combinations) end;
def combinations(n): . as $set | [range(n) | $set] | combinations;
def truncate_stream(f): . as $depth | null | f | select(.[0] | length > $depth) | .[0] |= .[$depth:];
def fromstream(f): foreach f as $event ({done: true};
  (if .done then {value: null} else . end) as $state | $event[0] as $path
  | if ($event | length) == 2
    then {value: ($state.value | setpath($path; $event[1])), done: ($path == [])}
    else {value: $state.value, done: ($path | length == 1)} end;
  if .done then .value else empty end);
def tostream: path(def inner: (.[]? | inner), .; inner) as $path | getpath($path)
  | reduce path(.[]?) as $child ([$path, .]; [$path + $child]);
def match($re): match($re; null);
def match($re; $flags): _match($re; $flags; false)[];
def test($re): test($re; null);
def test($re; $flags): _match($re; $flags; true);
def capture($re): capture($re; null);
def capture($re; $flags): match($re; $flags) | .captures | _captures;
def scan($re): scan($re; null);
def scan($re; $flags): match($re; $flags + "g") | if .captures == [] then .string else [.captures[].string] end;
def splits($re): splits($re; null);
def splits($re; $flags): split($re; $flags)[];
def split($re; $flags): . as $text | [foreach ((_match($re; $flags + "g"; false)[] | [.offset, .length]), null) as $m
  ({next: 0}; .part = $text[.next:($m | if . == null then null else .[0] end)] | .next = ($m | if . == null then null else .[0] + .[1] end);
   .part)];
def sub($re; replacement): sub($re; replacement; null);
def sub($re; replacement; $flags): . as $text
  | reduce match($re; $flags) as $m ({from: 0, made: []};
      .from as $from
      | .made = (reduce ($m.captures | _captures | replacement) as $new ([0, .made];
          .[1][.[0]] += $text[$from:$m.offset] + $new | .[0] += 1) | .[1])
      | .from = $m.offset + $m.length)
  | .from as $from | .made[] + $text[$from:] // $text;
def gsub($re; replacement): sub($re; replacement; "g");
def gsub($re; replacement; $flags): sub($re; replacement; $flags + "g");
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdate: strptime("%Y-%m-%dT%H:%M:%S%z") | mktime;
def todateiso8601: todate;
def fromdateiso8601: fromdate;
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] = $row);
def INDEX(f): INDEX(.[]; f);
def JOIN($idx; f): [.[] | [., $idx[f]]];
def JOIN($idx; stream; f): stream | [., $idx[f]];
def JOIN($idx; stream; f; join): stream | [., $idx[f]] | join;
def IN(s): any(s == .; .);
def IN(source; s): any(source == s; .);
`;
