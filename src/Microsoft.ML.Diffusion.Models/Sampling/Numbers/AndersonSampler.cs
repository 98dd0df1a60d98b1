namespace Microsoft.ML.Diffusion.Models;

/// <summary>Anderson acceleration of the reverse process (He et al. 2023, MedDiff, algorithm 1): every step of another sampler is taken for an
/// iteration towards a fixed point, and its result is mixed with those of the steps before, each row with coefficients of its own.</summary>
/// <remarks>Costs no further call of the network. The last step, which leads to the data, is taken as it is.</remarks>
public sealed class AndersonSampler : DeterministicSampler
{
    private readonly DeterministicSampler _inner;
    private readonly int _memory;
    private readonly List<AndersonAcceleration> _rows = [];

    /// <summary>Wraps a sampler.</summary>
    /// <param name="inner">The sampler; belongs to this one from now on.</param>
    /// <param name="memory">k, how many differences of steps are kept before the table is cleared; 0 for the sampler alone. Default 3, the
    /// paper's.</param>
    public AndersonSampler(DeterministicSampler inner, int memory = 3)
        : base(PathOf(inner ?? throw new ArgumentNullException(nameof(inner))))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        _inner = inner;
        _memory = memory;
    }

    /// <inheritdoc/>
    public override int Calls => _inner.Calls;

    /// <inheritdoc/>
    internal override void Step(INoisePredictor network, int index, ReadOnlySpan<float> from, Span<float> to)
    {
        _inner.Step(network, index, from, to);
        if (_memory == 0 || index == Steps - 1)
            return;
        int width = network.Width, rows = to.Length / width;
        if (_rows.Count > 0 && _rows[0].Length != width)
            _rows.Clear();
        while (_rows.Count < rows)
            _rows.Add(new AndersonAcceleration(width, _memory));
        for (int row = 0; row < rows; row++)
        {
            if (index == 0)
                _rows[row].Restart();
            Span<float> own = to.Slice(row * width, width);
            _rows[row].Next(from.Slice(row * width, width), own, own);
        }
    }
}
