;; A mutable global that is exported.
(module (global $g (export "g") (mut i64) (i64.const 41))
  (func (export "run") (param i32) (result i64)
    (global.set $g (i64.const 42)) (global.get $g)))
