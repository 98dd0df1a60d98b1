namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>The tables of a junction tree, and the passing of messages between them. In a clique the columns that its parent has come
/// first, so that what is drawn given them lies together. Not safe to use from several threads at once.</summary>
internal sealed class CliqueTree
{
    private readonly int[] _parents;

    // For each cell the cell of the separator to the parent: of the clique, and of the parent.
    private readonly int[][] _ownMaps;
    private readonly int[][] _parentMaps;
    private readonly double[][] _messages;

    /// <param name="tree">The cliques.</param>
    /// <param name="sizes">The number of states of every column.</param>
    public CliqueTree(JunctionTree tree, int[] sizes)
    {
        int count = tree.Cliques.Length;
        _parents = tree.Parents;
        (Tables, Separators) = (new CliqueTable[count], new CliqueTable[count]);
        (_ownMaps, _parentMaps, _messages) = (new int[count][], new int[count][], new double[count][]);
        Beliefs = new double[count][];
        for (int i = 0; i < count; i++)
        {
            int[] columns = tree.Cliques[i], above = _parents[i] < 0 ? [] : tree.Cliques[_parents[i]];
            int[] shared = [.. columns.Where(column => above.Contains(column))];
            Separators[i] = new CliqueTable(shared, sizes);
            Tables[i] = new CliqueTable([.. shared, .. columns.Except(shared)], sizes);
            Beliefs[i] = new double[Tables[i].Cells];
            if (_parents[i] < 0)
                continue;
            _ownMaps[i] = Tables[i].MapTo(Separators[i]);
            _parentMaps[i] = Tables[_parents[i]].MapTo(Separators[i]);
            _messages[i] = new double[Separators[i].Cells];
        }
    }

    public CliqueTable[] Tables { get; }

    /// <summary>What each clique has in common with its parent.</summary>
    public CliqueTable[] Separators { get; }

    /// <summary>The factors of the cliques before <see cref="Collect"/>; probabilities of their cells after <see cref="Distribute"/>, but
    /// for a factor between trees.</summary>
    public double[][] Beliefs { get; }

    /// <summary>The clique that has all columns of each measurement, and for each of its cells the cell of the measurement.</summary>
    public (int Clique, int[] Map)[] PlacesOf(IReadOnlyList<Measurement> measurements, int[] sizes) =>
        [.. measurements.Select(measurement =>
        {
            int clique = Array.FindIndex(Tables, table => table.Has(measurement.Columns));
            return (clique, Tables[clique].MapTo(new CliqueTable(measurement.Columns, sizes)));
        })];

    /// <summary>From the leaves to the roots: each table becomes its factor times what those beneath it say.</summary>
    public void Collect()
    {
        for (int i = Tables.Length - 1; i >= 0; i--)
        {
            Normalize(Beliefs[i]);
            if (_parents[i] < 0)
                continue;
            double[] message = _messages[i], own = Beliefs[i], above = Beliefs[_parents[i]];
            int[] map = _ownMaps[i];
            Array.Clear(message);
            for (int cell = 0; cell < own.Length; cell++)
                message[map[cell]] += own[cell];
            map = _parentMaps[i];
            for (int cell = 0; cell < above.Length; cell++)
                above[cell] *= message[map[cell]];
        }
    }

    /// <summary>From the roots to the leaves: each table becomes the marginal of its columns, with the sum 1.</summary>
    public void Distribute()
    {
        for (int i = 0; i < Tables.Length; i++)
        {
            if (_parents[i] < 0)
                continue;
            double[] message = _messages[i], own = Beliefs[i], above = Beliefs[_parents[i]];
            double[] marginal = new double[message.Length];
            int[] map = _parentMaps[i];
            for (int cell = 0; cell < above.Length; cell++)
                marginal[map[cell]] += above[cell];
            for (int cell = 0; cell < marginal.Length; cell++)
                marginal[cell] = message[cell] > 0 ? marginal[cell] / message[cell] : 0;
            map = _ownMaps[i];
            for (int cell = 0; cell < own.Length; cell++)
                own[cell] *= marginal[map[cell]];
            Normalize(own);
        }
    }

    private static void Normalize(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        // What is impossible has no preference.
        if (!(sum > 0))
        {
            Array.Fill(values, 1.0 / values.Length);
            return;
        }
        for (int i = 0; i < values.Length; i++)
            values[i] /= sum;
    }
}
