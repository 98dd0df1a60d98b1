using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>What one thread needs to fill rows: a tape and buffers that grow to the largest batch and stay.</summary>
internal sealed class Workspace(TensorEngine engine) : IDisposable
{
    private readonly float[][] _buffers = [[], [], [], [], []];
    private ulong[] _ids = [];
    private CellUncertainty[] _uncertainties = [];
    private int[] _tokens = [];

    /// <summary>Records nothing, so that it costs no memory beyond one step's tensors.</summary>
    public Tape Tape { get; } = engine.CreateTape(training: false);

    /// <summary>Encoded cells of the rows of a batch.</summary>
    public Span<float> Cells(int count) => Buffer(0, count);

    /// <summary>Noisy states of numbers, or of slots.</summary>
    public Span<float> States(int count) => Buffer(1, count);

    /// <summary>Sums over networks or draws.</summary>
    public Span<float> Sums(int count) => Buffer(2, count);

    /// <summary>Random numbers of one row and step.</summary>
    public Span<float> Noise(int count) => Buffer(3, count);

    /// <summary>What one member of a blend predicts.</summary>
    public Span<float> Member(int count) => Buffer(4, count);

    /// <summary>The ids of the rows of a batch.</summary>
    public Span<ulong> Ids(int count)
    {
        if (_ids.Length < count)
            _ids = new ulong[count];
        return _ids.AsSpan(0, count);
    }

    /// <summary>How sure the cells of one row are.</summary>
    public Span<CellUncertainty> Uncertainties(int count)
    {
        if (_uncertainties.Length < count)
            _uncertainties = new CellUncertainty[count];
        return _uncertainties.AsSpan(0, count);
    }

    /// <summary>Tokens of the rows of a batch, and places of rows.</summary>
    public Span<int> Tokens(int count)
    {
        if (_tokens.Length < count)
            _tokens = new int[count];
        return _tokens.AsSpan(0, count);
    }

    public void Dispose() => Tape.Dispose();

    private Span<float> Buffer(int index, int count)
    {
        if (_buffers[index].Length < count)
            _buffers[index] = new float[count];
        return _buffers[index].AsSpan(0, count);
    }
}
