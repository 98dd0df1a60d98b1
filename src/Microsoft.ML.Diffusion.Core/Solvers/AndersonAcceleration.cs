namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>Anderson acceleration (Anderson 1965; Walker and Ni 2011) of an iteration w = g(w), restarted (He et al. 2023, section 3):
/// the next
/// iterate is the affine combination of the last g(w_i) whose residuals f_i = g(w_i) - w_i add up to the least.</summary>
/// <remarks>
/// The least squares are solved in differences of residuals through a thin QR factorisation, to which every iteration adds one column by
/// modified Gram-Schmidt: k n operations and no dense solve. Where the table is full it is used once more and cleared. Where the new column
/// hardly differs from those before, so that R is close to singular, the table is cleared and the step is g(w).
/// </remarks>
public sealed class AndersonAcceleration
{
    // A new column must keep this share of its length beside the others; what is less is rounding of 32-bit numbers.
    private const double SmallestShare = 1e-5;

    private readonly double[] _basis;
    private readonly double[] _triangle;
    private readonly double[] _mapDifferences;
    private readonly double[] _residual;
    private readonly float[] _mapped;
    private readonly double[] _weights;
    private int _columns;
    private bool _hasLast;

    /// <summary>Makes room.</summary>
    /// <param name="length">n, the numbers of an iterate.</param>
    /// <param name="memory">k, how many differences are kept; at least 1.</param>
    public AndersonAcceleration(int length, int memory = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 1);
        (Length, Memory) = (length, memory);
        _basis = new double[checked(length * memory)];
        _mapDifferences = new double[length * memory];
        _triangle = new double[memory * memory];
        _weights = new double[memory];
        _residual = new double[length];
        _mapped = new float[length];
    }

    /// <summary>n, the numbers of an iterate.</summary>
    public int Length { get; }

    /// <summary>k, how many differences are kept.</summary>
    public int Memory { get; }

    /// <summary>Forgets every earlier iterate.</summary>
    public void Restart() => (_columns, _hasLast) = (0, false);

    /// <summary>The next iterate.</summary>
    /// <param name="iterate">w_i, n numbers.</param>
    /// <param name="mapped">g(w_i).</param>
    /// <param name="next">Receives w_(i+1); may be the memory of either.</param>
    /// <returns>Whether it differs from g(w_i).</returns>
    public bool Next(ReadOnlySpan<float> iterate, ReadOnlySpan<float> mapped, Span<float> next)
    {
        bool isUsable = _hasLast && AddColumn(iterate, mapped);
        if (_hasLast && !isUsable)
            _columns = 0;
        for (int i = 0; i < Length; i++)
        {
            _residual[i] = (double)mapped[i] - iterate[i];
            _mapped[i] = mapped[i];
        }
        _hasLast = true;
        if (!isUsable)
        {
            _mapped.CopyTo(next);
            return false;
        }
        Solve();
        bool isFinite = Combine(next);
        if (_columns == Memory || !isFinite)
            Restart();
        return isFinite;
    }

    /// <summary>Adds the difference to the last iteration; false where the table holds it already.</summary>
    private bool AddColumn(ReadOnlySpan<float> iterate, ReadOnlySpan<float> mapped)
    {
        Span<double> column = _basis.AsSpan(_columns * Length, Length), map = _mapDifferences.AsSpan(_columns * Length, Length);
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = (double)mapped[i] - iterate[i] - _residual[i];
            map[i] = (double)mapped[i] - _mapped[i];
        }
        double before = Dot(column, column);
        for (int j = 0; j < _columns; j++)
        {
            ReadOnlySpan<double> other = _basis.AsSpan(j * Length, Length);
            double share = Dot(other, column);
            _triangle[j * Memory + _columns] = share;
            for (int i = 0; i < column.Length; i++)
                column[i] -= share * other[i];
        }
        double after = Dot(column, column);
        if (!(after > SmallestShare * SmallestShare * before) || !double.IsFinite(before))
            return false;
        double length = Math.Sqrt(after);
        _triangle[_columns * Memory + _columns] = length;
        for (int i = 0; i < column.Length; i++)
            column[i] /= length;
        _columns++;
        return true;
    }

    /// <summary>The weights: R weights = Q^T f.</summary>
    private void Solve()
    {
        for (int j = _columns - 1; j >= 0; j--)
        {
            double sum = Dot(_basis.AsSpan(j * Length, Length), _residual);
            for (int i = j + 1; i < _columns; i++)
                sum -= _triangle[j * Memory + i] * _weights[i];
            _weights[j] = sum / _triangle[j * Memory + j];
        }
    }

    /// <summary>g(w_i) less the weighted differences; g(w_i) itself where that is no number.</summary>
    private bool Combine(Span<float> next)
    {
        bool isFinite = true;
        for (int i = 0; i < next.Length; i++)
        {
            double sum = _mapped[i];
            for (int j = 0; j < _columns; j++)
                sum -= _weights[j] * _mapDifferences[j * Length + i];
            next[i] = (float)sum;
            isFinite &= float.IsFinite(next[i]);
        }
        if (!isFinite)
            _mapped.CopyTo(next);
        return isFinite;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
