using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Splitting;

/// <summary>Which series of a view go into the part to test on.</summary>
internal sealed class SeriesParts
{
    private readonly HashSet<string> _tested = new(StringComparer.Ordinal);

    /// <param name="view">The view; its group column is read once.</param>
    /// <param name="groupColumn">Names the series of a row.</param>
    /// <param name="testFraction">The share of series to test on.</param>
    /// <param name="seed">Which ones.</param>
    /// <exception cref="ArgumentException">The column is not there, or names no series.</exception>
    /// <exception cref="InvalidDataException">A row has no series, or there are fewer than two.</exception>
    public SeriesParts(IDataView view, string groupColumn, double testFraction, ulong seed)
    {
        Group = view.Schema.GetColumnOrNull(groupColumn) ?? throw ColumnRefusal.Unknown(groupColumn, view.Schema);
        var shape = ColumnShape.Of(Group);
        if (!shape.IsGroup)
        {
            throw ColumnRefusal.Of(
                $"Column '{groupColumn}' is {shape.Described}, which names no series; a text, a key or a number was expected.");
        }
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        using (DataViewRowCursor cursor = view.GetRowCursor([Group]))
        {
            Func<ReadOnlyMemory<char>> read = GroupReader.Open(cursor, Group);
            while (cursor.MoveNext())
            {
                ReadOnlyMemory<char> name = read();
                if (name.IsEmpty)
                    throw new BadRow(cursor.Position, $"has no value in column '{groupColumn}', which names its series").Refusal();
                lookup.Add(name.Span);
            }
        }
        if (names.Count < 2)
            throw new InvalidDataException($"Column '{groupColumn}' names {names.Count} series; at least two are needed for two parts.");
        string[] series = [.. names.Order(StringComparer.Ordinal)];
        new Philox(seed).Shuffle(series.AsSpan());
        int tested = Math.Clamp((int)Math.Round(testFraction * series.Length), 1, series.Length - 1);
        foreach (string name in series.AsSpan(0, tested))
            _tested.Add(name);
    }

    /// <summary>The column that names the series of a row.</summary>
    public DataViewSchema.Column Group { get; }

    /// <summary>Opens a row.</summary>
    /// <returns>Whether the current row is one to test on.</returns>
    public Func<bool> Open(DataViewRow row)
    {
        Func<ReadOnlyMemory<char>> read = GroupReader.Open(row, Group);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = _tested.GetAlternateLookup<ReadOnlySpan<char>>();
        return () => lookup.Contains(read().Span);
    }
}
