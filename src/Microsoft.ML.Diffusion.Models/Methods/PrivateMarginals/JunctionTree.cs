namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>A junction tree of a graph of columns: cliques such that those with a column in common hang together (Lauritzen, Spiegelhalter
/// 1988).</summary>
internal sealed class JunctionTree
{
    private JunctionTree(int[][] cliques, int[] parents)
    {
        Cliques = cliques;
        Parents = parents;
    }

    /// <summary>The columns of each clique, ascending; a parent comes before its children.</summary>
    public int[][] Cliques { get; }

    /// <summary>The parent of each clique; -1 for a root.</summary>
    public int[] Parents { get; }

    /// <summary>Makes a tree in which each set of columns is in one clique. The columns are eliminated one after another, the one whose
    /// clique is the smallest first.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="sizes">The number of states of every column.</param>
    /// <param name="most">The most cells of all cliques together.</param>
    /// <returns>Null where it would have more cells.</returns>
    public static JunctionTree? Of(IEnumerable<int[]> sets, int[] sizes, double most = double.PositiveInfinity)
    {
        var neighbours = new HashSet<int>[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
            neighbours[i] = [];
        foreach (int[] set in sets)
        {
            foreach (int a in set)
                neighbours[a].UnionWith(set);
        }
        for (int i = 0; i < sizes.Length; i++)
            neighbours[i].Remove(i);
        double CellsOf(int column) => neighbours[column].Aggregate((double)sizes[column], (cells, other) => cells * sizes[other]);
        double[] costs = [.. Enumerable.Range(0, sizes.Length).Select(CellsOf)];
        bool[] isGone = new bool[sizes.Length];
        var cliques = new List<int[]>();
        double total = 0;
        for (int step = 0; step < sizes.Length; step++)
        {
            int next = -1;
            for (int i = 0; i < sizes.Length; i++)
            {
                if (!isGone[i] && (next < 0 || costs[i] < costs[next]))
                    next = i;
            }
            isGone[next] = true;
            int[] own = [.. neighbours[next]], clique = [.. own.Append(next).Order()];
            if (!cliques.Exists(other => clique.All(column => Array.BinarySearch(other, column) >= 0)))
            {
                cliques.Add(clique);
                total += costs[next];
                if (total > most)
                    return null;
            }
            foreach (int a in own)
            {
                neighbours[a].UnionWith(own);
                neighbours[a].Remove(a);
                neighbours[a].Remove(next);
            }
            foreach (int a in own)
                costs[a] = CellsOf(a);
        }
        return Connect(cliques);
    }

    // A spanning tree of the most columns in common (Prim's way) is a junction tree.
    private static JunctionTree Connect(List<int[]> cliques)
    {
        int count = cliques.Count;
        int[] shared = new int[count], nearest = new int[count], place = new int[count], parents = new int[count];
        bool[] isDone = new bool[count];
        Array.Fill(nearest, -1);
        var ordered = new int[count][];
        for (int step = 0; step < count; step++)
        {
            int next = -1;
            for (int i = 0; i < count; i++)
            {
                if (!isDone[i] && (next < 0 || shared[i] > shared[next]))
                    next = i;
            }
            isDone[next] = true;
            (ordered[step], place[next]) = (cliques[next], step);
            parents[step] = shared[next] > 0 ? place[nearest[next]] : -1;
            for (int i = 0; i < count; i++)
            {
                int common = isDone[i] ? 0 : cliques[i].Count(column => Array.BinarySearch(cliques[next], column) >= 0);
                if (!isDone[i] && common > shared[i])
                    (shared[i], nearest[i]) = (common, next);
            }
        }
        return new JunctionTree(ordered, parents);
    }
}
