;; An unaligned atomic load traps.
;; argument: 1
;; expect: trap
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.atomic.load (local.get 0)))))
