;; A signalling NaN keeps its bits as a parameter and a result of calls.
;; argument: 0
;; expect: 0x7ff4000000000001
(module
  (type $same (func (param f64) (result f64)))
  (table funcref (elem $indirect))
  (func $direct (type $same) (local.get 0))
  (func $indirect (type $same) (local.get 0))
  (func (export "run") (param i32) (result i64)
    (i64.reinterpret_f64 (call_indirect (type $same)
      (call $direct (f64.reinterpret_i64 (i64.const 0x7ff4000000000001)))
      (local.get 0)))))
