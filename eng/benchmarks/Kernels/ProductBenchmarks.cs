using BenchmarkDotNet.Attributes;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A product of the sizes that tabular networks have, on one thread, beside OpenBLAS where it is installed.</summary>
/// <remarks>
/// Run it with OPENBLAS_CORETYPE unset and OPENBLAS_NUM_THREADS=1. The weight counts as changed each time, so that it is packed
/// anew as in training, and as OpenBLAS does at every call.
/// </remarks>
public class ProductBenchmarks
{
    private Tape _tape = null!;
    private Parameter _weight = null!;
    private float[] _x = [];
    private float[] _y = [];

    /// <summary>Rows, inputs, outputs.</summary>
    [Params("64x64x64", "256x256x256", "1024x107x256", "1024x1024x1024")]
    public string Size { get; set; } = "";

    private int[] Sizes => [.. Size.Split('x').Select(s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture))];

    [GlobalSetup]
    public void SetUp()
    {
        int[] sizes = Sizes;
        _tape = new ManagedEngine(threads: 1).CreateTape(training: false);
        _weight = new Parameter("weight", new Shape(sizes[1], sizes[2]));
        new Philox(1).FillNormal(_weight.Update());
        _x = new float[sizes[0] * sizes[1]];
        _y = new float[sizes[0] * sizes[2]];
        new Philox(2).FillNormal(_x);
    }

    [Benchmark(Baseline = true)]
    public void OpenBlas()
    {
        int[] sizes = Sizes;
        Benchmarks.OpenBlas.Multiply(sizes[0], sizes[2], sizes[1], _x, _weight.Value, _y);
    }

    [Benchmark]
    public float Managed()
    {
        int[] sizes = Sizes;
        _weight.Update();
        _tape.Reset();
        Tensor x = _tape.Input(new Shape(sizes[0], sizes[1]));
        _x.CopyTo(x.Data);
        return _tape.Linear(x, _weight, bias: null).Data[0];
    }
}
