//! What reading one page of a model server costs. The page is one that vLLM would serve: 53 KB, 650 lines.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scheduler::datalayer::{Extractor, built_in_engines};

/// Gauges first, then histograms, as vLLM lists them; the cache's description is last.
fn page() -> String {
    let mut page = String::with_capacity(64 << 10);
    let mut gauge = |name: &str, value: f64| {
        let _ = writeln!(
            page,
            "# HELP vllm:{name} What this gauge of the engine says.\n# TYPE vllm:{name} gauge"
        );
        let _ = writeln!(page, "vllm:{name}{{engine=\"0\",model_name=\"bench-model\"}} {value}");
    };
    gauge("num_requests_running", 7.0);
    gauge("num_requests_waiting", 2.0);
    gauge("kv_cache_usage_perc", 0.3412);
    for counter in 0..40 {
        gauge(&format!("counter_{counter}_total"), 12345.0);
    }
    for histogram in 0..22 {
        let name = format!("vllm:histogram_{histogram}_seconds");
        let _ = writeln!(page, "# HELP {name} A distribution of times.\n# TYPE {name} histogram");
        for bucket in 0..20 {
            let labels = format!("engine=\"0\",le=\"{bucket}.0\",model_name=\"bench-model\"");
            let _ = writeln!(page, "{name}_bucket{{{labels}}} {}.0", bucket * 100);
        }
        let _ = writeln!(page, "{name}_sum{{engine=\"0\",model_name=\"bench-model\"}} 1.234567e+06");
    }
    let _ = writeln!(
        page,
        "vllm:cache_config_info{{block_size=\"16\",cache_dtype=\"auto\",enable_prefix_caching=\"True\",engine=\"0\",\
         gpu_memory_utilization=\"0.9\",num_cpu_blocks=\"None\",num_gpu_blocks=\"27648\",swap_space=\"4.0\"}} 1.0"
    );
    page
}

fn extract(criterion: &mut Criterion) {
    let page = page();
    let extractor = Extractor::new(&built_in_engines()[0]);
    assert_eq!(extractor.extract(page.as_bytes()).sample.blocks, Some(27648));
    let mut group = criterion.benchmark_group("prom_text");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("vllm", |bencher| {
        bencher.iter(|| extractor.extract(black_box(page.as_bytes())).sample);
    });
    group.finish();
}

criterion_group!(benches, extract);
criterion_main!(benches);
