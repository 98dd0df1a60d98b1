using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>Hides observed cells of a piece of a series where those of another piece are missing: as gaps really fall in the data, at the
/// same time in several variables and at the places where they begin and end.</summary>
internal sealed class RealGaps
{
    // As many pieces say enough about gaps.
    private const int MostPieces = 2000;

    private readonly SeriesTable _table;
    private readonly SeriesPiece[] _pieces;
    private readonly double[] _sums;

    /// <param name="table">The series.</param>
    /// <param name="pieces">The pieces whose gaps are looked at.</param>
    public RealGaps(SeriesTable table, TrainingPieces pieces)
    {
        _table = table;
        _pieces = [.. pieces.HeldBack.Concat(pieces.Learned).Take(MostPieces)];
        _sums = new double[_pieces.Length];
        double sum = 0;
        for (int i = 0; i < _pieces.Length; i++)
        {
            double[] missing = MissingShares(_pieces[i]);
            // Pieces with many gaps are taken often, as cells that are to be filled stand in them.
            foreach (double share in missing)
                sum += share * Chance(share) * (_pieces[i].Last - _pieces[i].First);
            _sums[i] = sum;
        }
    }

    /// <summary>Hides cells of a piece.</summary>
    /// <param name="cells">NaN where missing; hidden cells become NaN.</param>
    /// <param name="random">Which other piece, and which of its variables.</param>
    /// <returns>The cells that were observed and are hidden now, ascending; none where no piece has a gap at an observed cell.</returns>
    public int[] Hide(Span<double> cells, Philox random)
    {
        if (_sums.Length == 0 || _sums[^1] <= 0)
            return [];
        int found = Array.BinarySearch(_sums, random.Uniform(0) * _sums[^1]);
        SeriesPiece other = _pieces[Math.Min(found < 0 ? ~found : found + 1, _pieces.Length - 1)];
        double[] missing = MissingShares(other);
        Philox taken = random.Fork(0);
        ReadOnlySpan<double> mask = CellsOf(other);
        List<int> hidden = [];
        for (int i = 0; i < Math.Min(cells.Length, mask.Length); i++)
        {
            int v = i % missing.Length;
            if (!double.IsNaN(mask[i]) || double.IsNaN(cells[i]) || taken.Uniform((ulong)v) >= Chance(missing[v]))
                continue;
            cells[i] = double.NaN;
            hidden.Add(i);
        }
        return [.. hidden];
    }

    // Where most cells of a variable are missing, its gaps on top of those of another series would leave nearly nothing to predict from.
    private static double Chance(double missing) => missing <= 0.5 ? 1 : (1 - missing) / missing;

    private ReadOnlySpan<double> CellsOf(SeriesPiece piece) =>
        _table.Items[piece.Series].Cells.AsSpan((piece.First * _table.Variables)..(piece.Last * _table.Variables));

    /// <summary>The share of missing cells of each variable.</summary>
    private double[] MissingShares(SeriesPiece piece)
    {
        ReadOnlySpan<double> cells = CellsOf(piece);
        double[] shares = new double[_table.Variables];
        for (int i = 0; i < cells.Length; i++)
            shares[i % shares.Length] += double.IsNaN(cells[i]) ? 1.0 / (piece.Last - piece.First) : 0;
        return shares;
    }
}
