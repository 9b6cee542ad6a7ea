;; A read of a field of a null reference traps although nothing uses its result.
;; expect: trap
(module
  (type $pair (struct (field i32) (field i64)))
  (func (export "run") (param i32) (result i64)
    (drop (struct.get $pair 1 (ref.null $pair)))
    (i64.const 7)))
