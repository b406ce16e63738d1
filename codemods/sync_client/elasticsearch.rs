//! `elasticsearch.Elasticsearch` and its helpers.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members, Taker};
use crate::engine::twin::DATA;

/// Every method of elasticsearch 9 that asks the server.
const AWAITED: &str = "bulk cancel_reindex clear_scroll close close_point_in_time count create delete \
                      delete_by_query delete_by_query_rethrottle delete_script exists exists_source \
                      explain field_caps get get_reindex get_script get_script_context \
                      get_script_languages get_source health_report index info list_reindex mget msearch \
                      msearch_template mtermvectors open_point_in_time ping put_script rank_eval reindex \
                      reindex_rethrottle render_search_template scripts_painless_execute scroll search \
                      search_mvt search_shards search_template terms_enum termvectors update \
                      update_by_query update_by_query_rethrottle indices.add_block indices.analyze \
                      indices.cancel_migrate_reindex indices.clear_cache indices.clone indices.close \
                      indices.create indices.create_data_stream indices.create_from \
                      indices.data_streams_stats indices.delete indices.delete_alias \
                      indices.delete_data_lifecycle indices.delete_data_stream \
                      indices.delete_data_stream_options indices.delete_index_template \
                      indices.delete_template indices.disk_usage indices.downsample indices.exists \
                      indices.exists_alias indices.exists_index_template indices.exists_template \
                      indices.explain_data_lifecycle indices.field_usage_stats indices.flush \
                      indices.forcemerge indices.get indices.get_alias indices.get_data_lifecycle \
                      indices.get_data_lifecycle_stats indices.get_data_stream \
                      indices.get_data_stream_mappings indices.get_data_stream_options \
                      indices.get_data_stream_settings indices.get_field_mapping \
                      indices.get_index_template indices.get_mapping indices.get_migrate_reindex_status \
                      indices.get_settings indices.get_template indices.migrate_reindex \
                      indices.migrate_to_data_stream indices.modify_data_stream indices.open \
                      indices.promote_data_stream indices.put_alias indices.put_data_lifecycle \
                      indices.put_data_stream_mappings indices.put_data_stream_options \
                      indices.put_data_stream_settings indices.put_index_template indices.put_mapping \
                      indices.put_settings indices.put_template indices.recovery indices.refresh \
                      indices.reload_search_analyzers indices.remove_block indices.resolve_cluster \
                      indices.resolve_index indices.rollover indices.segments indices.shard_stores \
                      indices.shrink indices.simulate_index_template indices.simulate_template \
                      indices.split indices.stats indices.update_aliases indices.validate_query \
                      cluster.allocation_explain cluster.delete_component_template \
                      cluster.delete_voting_config_exclusions cluster.exists_component_template \
                      cluster.get_component_template cluster.get_settings cluster.health cluster.info \
                      cluster.pending_tasks cluster.post_voting_config_exclusions \
                      cluster.put_component_template cluster.put_settings cluster.remote_info \
                      cluster.reroute cluster.state cluster.stats ingest.delete_geoip_database \
                      ingest.delete_ip_location_database ingest.delete_pipeline ingest.geo_ip_stats \
                      ingest.get_geoip_database ingest.get_ip_location_database ingest.get_pipeline \
                      ingest.processor_grok ingest.put_geoip_database ingest.put_ip_location_database \
                      ingest.put_pipeline ingest.simulate tasks.cancel tasks.get tasks.list \
                      nodes.clear_repositories_metering_archive nodes.get_repositories_metering_info \
                      nodes.hot_threads nodes.info nodes.reload_secure_settings nodes.stats nodes.usage \
                      sql.clear_cursor sql.delete_async sql.get_async sql.get_async_status sql.query \
                      sql.translate cat.aliases cat.allocation cat.circuit_breaker cat.component_templates \
                      cat.count cat.fielddata cat.health cat.help cat.indices cat.master \
                      cat.ml_data_frame_analytics cat.ml_datafeeds cat.ml_jobs cat.ml_trained_models \
                      cat.nodeattrs cat.nodes cat.pending_tasks cat.plugins cat.recovery cat.repositories \
                      cat.segments cat.shards cat.snapshots cat.tasks cat.templates cat.thread_pool \
                      cat.transforms";

static CLIENT: Class = Class {
    name: "elasticsearch.Elasticsearch",
    twin: "elasticsearch.AsyncElasticsearch",
    members: &[Members::of(How::Awaited, AWAITED), Members::of(How::Gives(&CLIENT), "options")],
    entered: Some(&CLIENT),
    ..Class::NEW
};

static ITEMS: Class = Class { gone_over: Some(&DATA), ..Class::NEW };

/// A helper that takes the client first.
const fn helper(symbol: &'static str, twin: &'static str, how: How) -> Taker {
    Taker { symbol, twin: ("elasticsearch.helpers", twin), argument: (0, "client"), how }
}

pub(super) static ELASTICSEARCH: Library = Library {
    makers: &[Maker {
        but: &["node_class", "transport_class"],
        ..Maker::of(&CLIENT, "elasticsearch.Elasticsearch", ("elasticsearch", "AsyncElasticsearch", ""))
    }],
    takers: &[
        helper("elasticsearch.helpers.bulk", "async_bulk", How::Awaited),
        helper("elasticsearch.helpers.reindex", "async_reindex", How::Awaited),
        helper("elasticsearch.helpers.scan", "async_scan", How::Gives(&ITEMS)),
        helper("elasticsearch.helpers.streaming_bulk", "async_streaming_bulk", How::Gives(&ITEMS)),
    ],
    ..Library::NEW
};
