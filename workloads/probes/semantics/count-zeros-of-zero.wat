;; Zero has as many leading and trailing zeros as bits.
;; argument: 0
;; expect: 192
(module
  (func (export "run") (param i32) (result i64)
    (i64.add
      (i64.extend_i32_u (i32.add (i32.clz (local.get 0)) (i32.ctz (local.get 0))))
      (i64.add (i64.clz (i64.extend_i32_u (local.get 0))) (i64.ctz (i64.extend_i32_u (local.get 0)))))))
