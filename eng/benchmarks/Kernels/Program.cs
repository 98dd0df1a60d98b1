// BenchmarkDotNet over single operations of the managed engine; against-pytorch.sh has whole training steps.
//   dotnet run -c Release --project eng/benchmarks/Kernels -- --filter '*'
BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Microsoft.ML.Diffusion.Benchmarks.ProductBenchmarks).Assembly).Run(args);
