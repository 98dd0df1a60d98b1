using BenchmarkDotNet.Attributes;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Single layers forward, and forward and backward, for each vector width; 256 rows of 256 columns, one thread.</summary>
public class LayerBenchmarks
{
    private const int Rows = 256;
    private const int Columns = 256;

    private readonly Linear _linear = new(Columns, Columns, new Philox(1), Activation.SiLU);
    private readonly LayerNorm _norm = new(Columns);
    private readonly ColumnGroups _groups = ColumnGroups.FromLengths(0, [.. Enumerable.Repeat(8, Columns / 8)]);
    private readonly float[] _x = new float[Rows * Columns];
    private readonly float[] _noise = new float[Rows * Columns];
    private Tape _training = null!;
    private Tape _inference = null!;
    private Optimizer _adam = null!;

    [Params(512, 256, 128)]
    public int VectorWidth { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 1, VectorWidth = VectorWidth });
        (_training, _inference) = (engine.CreateTape(training: true), engine.CreateTape(training: false));
        _adam = engine.CreateAdam([_linear.Weight], new AdamOptions());
        new Philox(2).FillNormal(_x);
    }

    [Benchmark]
    public void LinearForward() => _linear.Forward(_inference, Input(_inference));

    [Benchmark]
    public void LinearForwardAndBackward() => Backward(_linear.Forward(_training, Input(_training, requiresGradient: true)));

    [Benchmark]
    public void LinearWithDropout() =>
        Backward(_training.Linear(Input(_training, requiresGradient: true), _linear.Weight, _linear.Bias, Activation.SiLU, dropout: 0.1f, random: new Philox(3)));

    [Benchmark]
    public void LinearThenDropout() => Backward(_training.Dropout(_linear.Forward(_training, Input(_training, requiresGradient: true)), 0.1f, new Philox(3)));

    [Benchmark]
    public void LayerNormForward() => _norm.Forward(_inference, Input(_inference));

    [Benchmark]
    public void LayerNormForwardAndBackward() => Backward(_norm.Forward(_training, Input(_training, requiresGradient: true)));

    [Benchmark]
    public void SoftmaxOfEightColumns() => _inference.SoftmaxGroups(Input(_inference), _groups);

    [Benchmark]
    public void Dropout() => _training.Dropout(Input(_training), 0.1f, new Philox(3));

    [Benchmark]
    public void Adam() => _adam.Step();

    [Benchmark]
    public void NormalNoise() => new Philox(4).FillNormal(_noise);

    private Tensor Input(Tape tape, bool requiresGradient = false)
    {
        tape.Reset();
        Tensor x = tape.Input(new Shape(Rows, Columns), requiresGradient);
        _x.CopyTo(x.Data);
        return x;
    }

    private void Backward(Tensor y) => _training.Backward(_training.MaskedSquaredError(y, _training.Scale(y, 0), mask: null));
}
