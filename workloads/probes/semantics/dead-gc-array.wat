;; A read outside of an array traps although nothing uses its result.
;; argument: 3
;; expect: trap
(module
  (type $bytes (array (mut i8)))
  (func (export "run") (param i32) (result i64)
    (drop (array.get_u $bytes (array.new_default $bytes (i32.const 3)) (local.get 0)))
    (i64.const 7)))
