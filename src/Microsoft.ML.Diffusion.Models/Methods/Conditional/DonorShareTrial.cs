using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Chooses of every column the share of draws from training rows, by how well draws of a network and of trees that were both
/// trained without some cells foretell these.</summary>
/// <param name="rows">The rows to learn from.</param>
/// <param name="numbers">The numbers that draws may have.</param>
/// <param name="draws">Draws with the network.</param>
/// <param name="seed">The seed.</param>
/// <param name="threads">On how many threads; changes no bit.</param>
/// <param name="cancel">Looked at before every batch.</param>
internal sealed class DonorShareTrial(
    EncodedRows rows, ObservedNumbers numbers, RowDraws draws, ulong seed, int threads, CancellationToken cancel)
{
    /// <summary>In tables with fewer rows there are too few cells to compare, and in those with more it takes too long.</summary>
    public const int FewestRows = 100, MostRows = 10_000;

    private const double HeldBackShare = 0.2;

    // Held back in at most so many rows, and how often each is drawn.
    private const int MostRowsHeldBack = 500, Draws = 10;

    // As strong as this many cells: the share of all columns of a kind is pulled to the usual one, that of a column to that of all.
    private const double Pull = 100;

    // Of random streams: networks take those from 0.
    private const ulong HeldBackStream = (1UL << 34) + 2, RowStream = HeldBackStream + 1;

    private readonly HeldBackCells _heldBack = new(rows, HeldBackShare, MostRowsHeldBack, new Philox(seed, HeldBackStream));

    /// <summary>The rows without the cells that are compared.</summary>
    public EncodedRows Rest => _heldBack.Rest;

    /// <summary>Compares.</summary>
    /// <param name="network">Trained on <see cref="Rest"/>.</param>
    /// <param name="donors">The same.</param>
    public DonorShares Choose(ConditionalDenoiser network, DonorDraws donors)
    {
        IReadOnlyList<EncodedColumn> columns = rows.Columns;
        int width = columns.Count, count = _heldBack.RowCount;
        var all = DonorShares.Same(1, width);
        // [draws][rows, encoded columns]
        float[][] plain = Room(), fromRows = Room();
        ulong own = new Philox(seed, RowStream).Bits(0);
        _heldBack.ForEachBatch(
            (cells, first, batch, workspace) =>
            {
                bool[] isUnknown = Array.ConvertAll(cells.ToArray(), float.IsNaN);
                ulong[] ids = [.. Enumerable.Range(first, batch).Select(row => (ulong)row)];
                for (int draw = 0; draw < Draws; draw++)
                {
                    Span<float> drawn = plain[draw].AsSpan(first * width, batch * width);
                    cells.CopyTo(drawn);
                    draws.Draw(network, drawn, ids, own, draw, workspace, cancel);
                    for (int row = 0; row < batch; row++)
                    {
                        Span<float> one = drawn.Slice(row * width, width);
                        ReadOnlySpan<bool> unknown = isUnknown.AsSpan(row * width, width);
                        numbers.MoveToNearest(one, unknown);
                        Span<float> again = fromRows[draw].AsSpan((first + row) * width, width);
                        one.CopyTo(again);
                        Philox random = RowDraws.Random(own, ids[row], -1 - draw);
                        donors.Draw(again, unknown, all, 0, workspace.Predictions(rows.Encoder.SlotCount), random);
                    }
                }
            },
            threads,
            cancel);

        var scores = new MixtureScore[width];
        foreach (HeldBackCell cell in _heldBack.Cells)
        {
            int place = (cell.Row * width) + cell.Column;
            scores[cell.Column].Add(
                Array.ConvertAll(plain, one => one[place]),
                Array.ConvertAll(fromRows, one => one[place]),
                cell.Truth,
                columns[cell.Column].Scaler is null);
        }
        double[] shares = new double[width];
        foreach (IGrouping<bool, int> kind in Enumerable.Range(0, width).GroupBy(column => columns[column].Scaler is null))
        {
            var sum = new MixtureScore();
            foreach (int column in kind)
                sum.Add(scores[column]);
            double common = sum.Best(DonorShares.Usual, Pull, sum);
            foreach (int column in kind)
                shares[column] = scores[column].Best(common, Pull, sum);
        }
        return new DonorShares(shares);

        float[][] Room() => [.. Enumerable.Range(0, Draws).Select(_ => new float[count * width])];
    }
}
