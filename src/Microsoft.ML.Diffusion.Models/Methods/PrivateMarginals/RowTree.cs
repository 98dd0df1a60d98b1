using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>Draws rows from a graphical model, given which states each column may have: exactly, since the cells that those rule out are
/// emptied before messages are passed. Immutable, and safe to use from several threads.</summary>
internal sealed class RowTree
{
    private readonly CliqueTable[] _tables;
    private readonly int[] _separators;

    // Running sums of the cells of each clique, from the beginning of each group that has the separator's states in common.
    private readonly double[][] _sums;

    /// <param name="measurements">The parameters.</param>
    /// <param name="sizes">The number of states of every column.</param>
    /// <param name="allowed">Of each column which states it may have; null for all.</param>
    public RowTree(IReadOnlyList<Measurement> measurements, int[] sizes, bool[]?[] allowed)
        : this(new CliqueTree(JunctionTree.Of(measurements.Select(measurement => measurement.Columns), sizes)!, sizes), measurements, sizes,
            allowed)
    {
    }

    private RowTree(CliqueTree tree, IReadOnlyList<Measurement> measurements, int[] sizes, bool[]?[] allowed)
    {
        MarginalModel.FillFactors(tree, measurements, tree.PlacesOf(measurements, sizes));
        for (int column = 0; column < sizes.Length; column++)
        {
            if (allowed[column] is not { } states)
                continue;
            for (int clique = 0; clique < tree.Tables.Length; clique++)
            {
                if (!tree.Tables[clique].Has([column]))
                    continue;
                int[] map = tree.Tables[clique].MapTo(new CliqueTable([column], sizes));
                double[] factors = tree.Beliefs[clique];
                for (int cell = 0; cell < factors.Length; cell++)
                    factors[cell] = states[map[cell]] ? factors[cell] : 0;
            }
        }
        tree.Collect();
        _tables = tree.Tables;
        _separators = Array.ConvertAll(tree.Separators, separator => separator.Columns.Length);
        _sums = tree.Beliefs;
        for (int clique = 0; clique < _sums.Length; clique++)
        {
            double[] sums = _sums[clique];
            int group = _tables[clique].Cells / tree.Separators[clique].Cells;
            double sum = 0;
            for (int cell = 0; cell < sums.Length; cell++)
            {
                sum = cell % group == 0 ? sums[cell] : sum + sums[cell];
                sums[cell] = sum;
            }
        }
    }

    /// <summary>Draws the states of one row.</summary>
    /// <param name="states">Receives them.</param>
    /// <param name="random">The row's random numbers; draw i is that of clique i.</param>
    public void Draw(Span<int> states, Philox random)
    {
        for (int clique = 0; clique < _sums.Length; clique++)
        {
            CliqueTable table = _tables[clique];
            int first = 0, group = table.Cells;
            for (int i = 0; i < _separators[clique]; i++)
            {
                group /= table.Sizes[i];
                first += states[table.Columns[i]] * group;
            }
            ReadOnlySpan<double> sums = _sums[clique].AsSpan(first, group);
            double wanted = random.Uniform((ulong)clique) * sums[^1];
            int low = 0, high = group - 1;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (sums[middle] > wanted)
                    high = middle;
                else
                    low = middle + 1;
            }
            for (int i = table.Columns.Length - 1; i >= _separators[clique]; i--)
            {
                states[table.Columns[i]] = low % table.Sizes[i];
                low /= table.Sizes[i];
            }
        }
    }
}
