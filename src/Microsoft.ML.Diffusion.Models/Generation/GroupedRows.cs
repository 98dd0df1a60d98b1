using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Completes rows with columns of many categories from rows with groups in their place.</summary>
/// <remarks>Where a category is given, a method that learns groups makes the other cells as they go with the group. Several candidates are
/// made then, and one is drawn with probabilities in proportion to how well the category itself goes with it: importance resampling
/// (Rubin 1987), which comes near to the distribution given the category.</remarks>
/// <param name="many">The groups.</param>
/// <param name="table">The rows to complete.</param>
/// <param name="start">The first of them.</param>
/// <param name="count">How many.</param>
/// <param name="seed">The seed of all random numbers.</param>
/// <param name="firstId">The number of the first row.</param>
internal sealed class GroupedRows(ManyCategories many, Table table, int start, int count, ulong seed, ulong firstId)
{
    // Enough to choose among the categories of a group, which are like each other.
    private const int MostCandidates = 16;
    private const ulong CandidateStream = 0x43414E44, ResamplingStream = 0x52534D50;

    private readonly Table _best = new(table.Columns, count);

    // The sum of the weights of a row's candidates so far, as a logarithm.
    private readonly double[] _logSums = new double[count];

    /// <summary>How many candidates are made of each row.</summary>
    public int Candidates { get; } =
        Enumerable.Range(start, count).Any(row => many.HasChoice(table.Row(row))) ? MostCandidates : 1;

    /// <summary>The seed of a candidate.</summary>
    public ulong SeedOf(int candidate) => candidate == 0 ? seed : new Philox(seed, CandidateStream).Bits((ulong)candidate);

    /// <summary>The rows with groups, to be completed by a method.</summary>
    public Table NewCandidates()
    {
        var grouped = new Table(many.GroupedColumns, count);
        for (int row = 0; row < count; row++)
        {
            table.Row(start + row).CopyTo(grouped.Row(row));
            many.Group(grouped.Row(row));
        }
        return grouped;
    }

    /// <summary>Takes or leaves the candidates of all rows.</summary>
    /// <param name="grouped">The completed rows with groups.</param>
    /// <param name="candidate">Their number, from 0 on.</param>
    public void Add(Table grouped, int candidate)
    {
        double[] completed = new double[table.Columns.Count];
        for (int row = 0; row < count; row++)
        {
            Span<double> given = table.Row(start + row);
            if (candidate > 0 && !many.HasChoice(given))
                continue;
            ulong id = firstId + (ulong)row;
            given.CopyTo(completed);
            many.Complete(completed, grouped.Row(row), ManyCategories.ChoicesOf(SeedOf(candidate), id, draw: 0));
            double weight = Candidates == 1 ? 0 : many.LogProbability(given, completed), sum = weight;
            if (candidate > 0)
            {
                double larger = Math.Max(_logSums[row], weight);
                sum = larger + Math.Log(Math.Exp(_logSums[row] - larger) + Math.Exp(weight - larger));
            }
            _logSums[row] = sum;
            // Each candidate takes the place of those before with its share of the weights: in the end each has been drawn by its weight.
            if (candidate == 0 || new Philox(seed, id).Fork(ResamplingStream).Uniform((ulong)candidate) < Math.Exp(weight - sum))
                completed.CopyTo(_best.Row(row));
        }
    }

    /// <summary>Writes the rows that were drawn.</summary>
    public void Finish()
    {
        for (int row = 0; row < count; row++)
            _best.Row(row).CopyTo(table.Row(start + row));
    }
}
