;; An unaligned load is right, whatever alignment the module promises.
;; argument: 1
;; expect: 0x04030201
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.store (i32.const 1) (i64.const 0x0807060504030201))
    (i64.load32_u align=4 (local.get 0))))
