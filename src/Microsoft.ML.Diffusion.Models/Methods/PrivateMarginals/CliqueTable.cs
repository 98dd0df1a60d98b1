namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>The layout of a table over the states of some columns: the last column's state changes fastest.</summary>
internal sealed class CliqueTable
{
    /// <param name="columns">The columns, in the order of the layout.</param>
    /// <param name="sizes">The number of states of every column of the model.</param>
    public CliqueTable(int[] columns, int[] sizes)
    {
        Columns = columns;
        Sizes = Array.ConvertAll(columns, column => sizes[column]);
        Cells = Sizes.Aggregate(1, (cells, size) => checked(cells * size));
    }

    public int[] Columns { get; }

    public int[] Sizes { get; }

    public int Cells { get; }

    /// <summary>For each cell the cell of a table over some of the columns.</summary>
    public int[] MapTo(CliqueTable part)
    {
        int[] strides = new int[Columns.Length];
        int stride = 1;
        for (int i = part.Columns.Length - 1; i >= 0; i--)
        {
            strides[Array.IndexOf(Columns, part.Columns[i])] = stride;
            stride *= part.Sizes[i];
        }
        int[] map = new int[Cells], states = new int[Columns.Length];
        int place = 0;
        for (int cell = 0; cell < map.Length; cell++)
        {
            map[cell] = place;
            for (int i = states.Length - 1; i >= 0; i--)
            {
                place += strides[i];
                if (++states[i] < Sizes[i])
                    break;
                place -= strides[i] * Sizes[i];
                states[i] = 0;
            }
        }
        return map;
    }

    /// <summary>Whether all of these columns are in it.</summary>
    public bool Has(int[] columns) => Array.TrueForAll(columns, column => Array.IndexOf(Columns, column) >= 0);
}
