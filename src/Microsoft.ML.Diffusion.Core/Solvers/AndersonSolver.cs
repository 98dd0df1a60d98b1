namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>Anderson acceleration of the reverse process (He et al. 2023, MedDiff, algorithm 1): every step of another sampler is taken
/// for an
/// iteration towards a fixed point, and its result is mixed with those of the steps before, each row with coefficients of its
/// own.</summary>
/// <remarks>Costs no further call of the network. The last step, which leads to the data, is taken as it is. A step of the reverse
/// process must
/// not vanish as an iteration's residual does, and mixing that makes it as small as it can leads far from the data; mixing that moves it
/// by a part of its length can help.</remarks>
public sealed class AndersonSolver : DeterministicSolver
{
    private readonly DeterministicSolver _inner;
    private readonly int _memory;
    private readonly double _limit;
    private readonly List<AndersonAcceleration> _rows = [];
    private float[] _mixed = [];

    /// <summary>Wraps a sampler.</summary>
    /// <param name="inner">The sampler; belongs to this one from now on.</param>
    /// <param name="memory">k, how many differences of steps are kept before the table is cleared; 0 for the sampler alone. Default 3, the
    /// paper's.</param>
    /// <param name="limit">How far mixing may move the end of a step, in lengths of the step; 0 or more. Default: as far as it likes, the
    /// paper's.</param>
    public AndersonSolver(DeterministicSolver inner, int memory = 3, double limit = double.PositiveInfinity)
        : base(PathOf(inner ?? throw new ArgumentNullException(nameof(inner))))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        if (!(limit >= 0))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit must be 0 or more.");
        _limit = limit;
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
        Grow(ref _mixed, width);
        if (_rows.Count > 0 && _rows[0].Length != width)
            _rows.Clear();
        while (_rows.Count < rows)
            _rows.Add(new AndersonAcceleration(width, _memory));
        for (int row = 0; row < rows; row++)
        {
            if (index == 0)
                _rows[row].Restart();
            Span<float> own = to.Slice(row * width, width);
            Span<float> mixed = _mixed.AsSpan(0, width);
            ReadOnlySpan<float> start = from.Slice(row * width, width);
            if (!_rows[row].Next(start, own, mixed))
                continue;
            double moved = Distance(own, mixed), share = moved > 0 ? Math.Min(1, _limit * Distance(start, own) / moved) : 1;
            for (int i = 0; i < width; i++)
                own[i] = share == 1 ? mixed[i] : (float)(own[i] + share * (mixed[i] - own[i]));
        }
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
