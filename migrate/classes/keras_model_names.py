"""Names that keras.Model has for itself (Keras 3): a class that uses one of them cannot be a keras.Model."""

from __future__ import annotations

NAMES = frozenset(
    """
    activity_regularizer add_loss add_metric add_variable add_weight autocast build build_from_config built call
    call_signature_parameters compile compile_from_config compiled compiled_loss compiled_metrics compute_dtype
    compute_loss compute_mask compute_metrics compute_output_shape compute_output_spec count_params
    distribute_reduction_method distribute_strategy dtype dtype_policy evaluate export fit from_config
    get_build_config get_compile_config get_config get_layer get_metrics_result get_quantization_layer_structure
    get_state_tree get_weights input input_dtype input_spec jit_compile layers load_own_variables load_weights loss
    losses make_predict_function make_test_function make_train_function metrics metrics_names metrics_variables name
    non_trainable_variables non_trainable_weights optimizer_variables output path predict predict_function
    predict_on_batch predict_step quantization_mode quantize quantized_build quantized_call rematerialized_call
    reset_metrics run_eagerly save save_own_variables save_weights set_state_tree set_weights stateless_call
    stateless_compute_loss steps_per_execution summary supports_jit supports_masking symbolic_call test_function
    test_on_batch test_step to_json train_function train_on_batch train_step trainable trainable_variables
    trainable_weights unrolled_steps_per_execution variable_dtype variables weights inputs outputs
    _add_trackable_child _add_variable_with_custom_getter _aggregate_additional_loss
    _allow_non_tensor_positional_args _api_export_path _api_export_symbol_id _assert_compile_called
    _assert_input_compatibility _assign_variable_values _auto_config _autoconvert_optionals _awq_call _build_at_init
    _build_by_run_for_kwargs _build_by_run_for_single_pos_arg _build_shapes_dict _call_context_args
    _call_has_context_arg _call_has_mask_arg _call_has_training_arg _call_signature _called
    _check_load_own_variables _check_quantize_args _check_super_called _checkpoint_adapter _checkpoint_dependencies
    _clear_losses _compile_loss _compile_metrics _compiled_metrics_update_state _compute_loss
    _compute_loss_has_training_arg _convert_input_args _convert_tracked_collections _copy_trackable_to_cpu
    _create_nested_dict _default_save_signature _deferred_dependencies _delete_tracking
    _deserialization_dependencies _deserialize_from_proto _distribute_strategy _dtype_policy
    _export_to_saved_model_graph _flatten_layers _flatten_metrics_in_order _flatten_nested_dict _float8_call
    _gather_saveables_for_checkpoint _get_call_context _get_metrics_result_or_logs _get_node_attribute_at_index
    _get_own_losses _get_own_metrics _get_regularization_losses _get_save_spec _get_variable_map _gptq_call
    _handle_deferred_dependencies _inbound_nodes _initial_epoch _initialize_tracker _input_spec _int4_call
    _int8_call _jit_compile _layers _lock _lock_state _lookup_dependency _loss_ids _loss_tracker _losses
    _losses_override _make_function _maybe_build _maybe_initialize_trackable _maybe_reset_call_context
    _maybe_symbolic_build _metrics _name_based_attribute_restore _name_based_restores _no_dependency
    _non_trainable_variables _not_implemented_error _obj_type _object_identifier _open_name_scope _outbound_nodes
    _parent_path _path _post_build _post_quantize _post_track_variable _post_untrack_variable
    _preload_simple_restoration _quantization_mode_error _register_call_context_args _remat_mode
    _resolve_and_populate_arg _resolve_auto_jit_compile _restore_from_tensors _run_eagerly _saved_model_arg_spec
    _saved_model_inputs_spec _seed_generators _self_setattr_tracking _serialize_to_proto _serialize_to_tensors
    _set_mask_metadata _set_save_spec _setattr_hook _setattr_tracking _should_eval _supports_masking
    _symbolic_build _tf_api_names _tf_api_names_v1 _track_trackable _track_variable _trackable_children _tracked
    _tracker _trainable _trainable_variables _unconditional_checkpoint_dependencies
    _unconditional_dependency_names _unpickle_model _untrack_variable _update_uid _warn_if_trainable_state_changed
    """.split()
)

# What a method that the migration names is called where keras.Model has the first choice.
OTHERWISE = {
    "train_step": "training_step",
    "evaluate": "evaluate_batch",
    "predict": "predict_batch",
    "compute_loss": "batch_loss",
    "compute_metrics": "batch_metrics",
}
