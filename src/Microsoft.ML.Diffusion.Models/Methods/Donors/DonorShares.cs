using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>Of every column the share of draws that <see cref="DonorDraws"/> makes; the rest stay as the network drew them.</summary>
/// <remarks>Each draw of a row has one number from [0, 1), the same for all its columns: a column whose share is above it is drawn from
/// training rows. So the columns of a draw go together as far as their shares do.</remarks>
/// <param name="shares">Of every encoded column, 0 to 1.</param>
internal sealed class DonorShares(double[] shares)
{
    /// <summary>The usual share. On three tables (eng/benchmarks/Draws) the score of the mixture was better than that of either, and
    /// hardly changed with the share between a third and two thirds.</summary>
    public const double Usual = 0.5;

    /// <summary>The same share of every column.</summary>
    public static DonorShares Same(double share, int columns)
    {
        double[] shares = new double[columns];
        Array.Fill(shares, share);
        return new DonorShares(shares);
    }

    /// <summary>The share of a column.</summary>
    public double this[int column] => shares[column];

    /// <summary>The number of a draw: of a share of a half every second draw is from training rows, of a quarter every fourth, so that
    /// few draws already are the mixture.</summary>
    /// <param name="phase">Of the row, uniform in [0, 1).</param>
    /// <param name="draw">Which draw.</param>
    public static double Turn(double phase, int draw)
    {
        // The bits of the draw's number behind the point, the last first (van der Corput 1935).
        double turn = phase, weight = 0.5;
        for (uint rest = (uint)draw; rest > 0; rest >>= 1, weight /= 2)
            turn += (rest & 1) * weight;
        return turn - Math.Floor(turn);
    }

    public void Save(BinaryWriter writer)
    {
        foreach (double share in shares)
            writer.Write(share);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static DonorShares Load(BinaryReader reader, int columns)
    {
        double[] shares = new double[columns];
        for (int i = 0; i < columns; i++)
        {
            shares[i] = reader.ReadFinite("the share of draws from training rows");
            CheckedReading.Require(shares[i] is >= 0 and <= 1, "the share of draws from training rows is not between 0 and 1");
        }
        return new DonorShares(shares);
    }
}
