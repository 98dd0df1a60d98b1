using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>What one thread needs to fill rows: a tape and buffers that grow to the largest batch and stay.</summary>
internal sealed class Workspace(TensorEngine engine) : IDisposable
{
    private float[] _cells = [];
    private float[] _states = [];
    private float[] _predictions = [];
    private float[] _memberPredictions = [];
    private float[] _draws = [];
    private float[] _noise = [];
    private float[] _levels = [];
    private ulong[] _ids = [];
    private CellUncertainty[] _uncertainties = [];
    private int[] _tokens = [];

    /// <summary>Records nothing, so that it costs no memory beyond one step's tensors.</summary>
    public Tape Tape { get; } = engine.CreateTape(training: false);

    /// <summary>Encoded cells of the rows of a batch.</summary>
    public Span<float> Cells(int count) => Grown(ref _cells, count);

    /// <summary>Noisy states of numbers, or of slots.</summary>
    public Span<float> States(int count) => Grown(ref _states, count);

    /// <summary>What is predicted of the slots of a batch.</summary>
    public Span<float> Predictions(int count) => Grown(ref _predictions, count);

    /// <summary>What one member of a blend predicts.</summary>
    public Span<float> MemberPredictions(int count) => Grown(ref _memberPredictions, count);

    /// <summary>Several draws of a batch, one after another.</summary>
    public Span<float> Draws(int count) => Grown(ref _draws, count);

    /// <summary>Random numbers of one row and step.</summary>
    public Span<float> Noise(int count) => Grown(ref _noise, count);

    /// <summary>The noise level of every row of a batch.</summary>
    public Span<float> Levels(int count) => Grown(ref _levels, count);

    /// <summary>The ids of the rows of a batch.</summary>
    public Span<ulong> Ids(int count) => Grown(ref _ids, count);

    /// <summary>How sure the cells of one row are.</summary>
    public Span<CellUncertainty> Uncertainties(int count) => Grown(ref _uncertainties, count);

    /// <summary>Tokens of the rows of a batch, and places of rows.</summary>
    public Span<int> Tokens(int count) => Grown(ref _tokens, count);

    public void Dispose() => Tape.Dispose();

    private static Span<T> Grown<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
            buffer = new T[count];
        return buffer.AsSpan(0, count);
    }
}
