using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A column's tokens, those of numbers cut into cells of equal content, each with its place as a normal quantile: the highest
/// hundredth of a column, in which all rows of a rare class may lie, is one bin and many places.</summary>
internal sealed class TokenCells
{
    // A cell is about this wide, in deviations.
    private const double WidthOfCell = 0.1;

    // Where the lowest and the highest value of a column are taken to lie.
    private const double Outermost = 1e-4;

    private readonly int[] _starts;

    private TokenCells(int[] starts, double[] logShares, double[] first, double[] second, double[] tokenShares)
    {
        _starts = starts;
        LogShares = logShares;
        First = first;
        Second = second;
        TokenShares = tokenShares;
    }

    /// <summary>The number of cells.</summary>
    public int Count => First.Length;

    /// <summary>The logarithm of the share of its token that a cell has.</summary>
    public double[] LogShares { get; }

    /// <summary>Its place z; 0 where tokens have no order.</summary>
    public double[] First { get; }

    /// <summary>(z^2 - 1) / 2; 0 where tokens have no order.</summary>
    public double[] Second { get; }

    /// <summary>For numbers the share of the observed cells that have each token, else empty.</summary>
    public double[] TokenShares { get; }

    /// <param name="column">The column.</param>
    public static TokenCells Of(TokenColumn column)
    {
        int[] starts = new int[column.Count + 1];
        List<double> logShares = [], first = [], second = [];
        double[] tokenShares = column.Positions.IsEmpty ? [] : new double[column.ValueTokens];
        double low = 0;
        for (int token = 0; token < column.Count; token++)
        {
            starts[token] = first.Count;
            if (token >= tokenShares.Length)
            {
                Add(0, 0, 0);
                continue;
            }
            // A position is the quantile of the middle rank, and the ranks of all tokens follow each other.
            double high = Math.Clamp(2 * NormalDistribution.Cumulative(column.Positions[token]) - low, low, 1);
            tokenShares[token] = high - low;
            int parts = Math.Clamp((int)Math.Ceiling((Quantile(high) - Quantile(low)) / WidthOfCell), 1, column.PartsOf(token));
            for (int part = 0; part < parts; part++)
            {
                double z = parts == 1 ? column.Positions[token] : Quantile(low + (part + 0.5) * (high - low) / parts);
                Add(-Math.Log(parts), z, (z * z - 1) / 2);
            }
            low = high;
        }
        starts[^1] = first.Count;
        return new TokenCells(starts, [.. logShares], [.. first], [.. second], tokenShares);

        void Add(double logShare, double z, double square)
        {
            logShares.Add(logShare);
            first.Add(z);
            second.Add(square);
        }
    }

    /// <summary>The first cell of a token.</summary>
    public int StartOf(int token) => _starts[token];

    /// <summary>The number of cells of a token.</summary>
    public int PartsOf(int token) => _starts[token + 1] - _starts[token];

    /// <summary>The cell of a value.</summary>
    /// <param name="token">Its token.</param>
    /// <param name="place">The share of the token's values below it.</param>
    public int CellOf(int token, double place) => _starts[token] + Math.Min((int)(place * PartsOf(token)), PartsOf(token) - 1);

    private static double Quantile(double p) => NormalDistribution.Quantile(Math.Clamp(p, Outermost, 1 - Outermost));
}
