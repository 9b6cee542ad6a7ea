;; A structure, an array and a checked cast.
(module (type $s (struct (field i64))) (type $a (array (mut i64)))
  (func (export "run") (param i32) (result i64) (local $any anyref)
    (local.set $any (struct.new $s (i64.const 40)))
    (i64.add (struct.get $s 0 (ref.cast (ref $s) (local.get $any)))
             (array.get $a (array.new $a (i64.const 2) (i32.const 3)) (i32.const 2)))))
