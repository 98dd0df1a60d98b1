using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Series.Data;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A CSV file of series: the series, the time, then a column for each variable; an empty field is missing.</summary>
internal sealed class WideTable
{
    private readonly string _header;
    private readonly List<(string Id, int Steps)> _series = [];

    /// <param name="path">The file; the rows of a series stand together, in the order of time.</param>
    public WideTable(string path)
    {
        using StreamReader reader = new(path);
        _header = reader.ReadLine() ?? throw new InvalidDataException($"'{path}' is empty.");
        int variables = _header.Split(',').Length - 2;
        List<Series.Data.Series> items = [];
        List<double> times = [], cells = [];
        string id = "";
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(',');
            if (fields[0] != id)
            {
                Close();
                id = fields[0];
            }
            times.Add(double.Parse(fields[1], CultureInfo.InvariantCulture));
            for (int v = 0; v < variables; v++)
                cells.Add(fields[v + 2].Length == 0 ? double.NaN : double.Parse(fields[v + 2], CultureInfo.InvariantCulture));
        }
        Close();
        Table = new SeriesTable(variables, items);

        void Close()
        {
            if (times.Count == 0)
                return;
            items.Add(new Series.Data.Series([.. times], [.. cells]));
            _series.Add((id, times.Count));
            times.Clear();
            cells.Clear();
        }
    }

    public SeriesTable Table { get; }

    /// <summary>The names of the series.</summary>
    public IReadOnlyList<string> Ids => [.. _series.Select(series => series.Id)];

    /// <summary>Writes cells in the form of the file; a series without cells is left out.</summary>
    public void Write(string path, double[]?[] cells)
    {
        StringBuilder text = new(_header + "\n");
        for (int s = 0; s < cells.Length; s++)
        {
            if (cells[s] is not { } own)
                continue;
            for (int t = 0; t < _series[s].Steps; t++)
            {
                text.Append(_series[s].Id).Append(',').Append(Table.Items[s].Times[t].ToString(CultureInfo.InvariantCulture));
                for (int v = 0; v < Table.Variables; v++)
                {
                    double cell = own[t * Table.Variables + v];
                    text.Append(',').Append(double.IsNaN(cell) ? "" : cell.ToString("G7", CultureInfo.InvariantCulture));
                }
                text.Append('\n');
            }
        }
        File.WriteAllText(path, text.ToString());
    }
}
