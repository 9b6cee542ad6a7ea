;; The last byte of a memory can be stored and loaded.
;; argument: 65535
;; expect: 255
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i32.store8 (local.get 0) (i32.const -1))
    (i64.load8_u (local.get 0))))
