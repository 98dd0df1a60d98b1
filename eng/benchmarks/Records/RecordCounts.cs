using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>How often each code is 1 in some records, how often two come together, and how many a record has.</summary>
internal sealed class RecordCounts
{
    // Pairs are counted of the first columns, and of as many spread over the rest.
    private const int MostPaired = 60;

    private readonly int[] _paired;
    private readonly double[] _ones;
    private readonly double[] _together;
    private double _sum;
    private double _squares;
    private int _rows;

    public RecordCounts(int columns)
    {
        int step = Math.Max(1, columns / MostPaired);
        _paired = [.. Enumerable.Range(0, columns).Where(i => i < MostPaired / 2 || i % step == 0).Take(MostPaired)];
        _ones = new double[columns];
        _together = new double[_paired.Length * _paired.Length];
    }

    /// <summary>The share of records with each code.</summary>
    public double[] Prevalences => [.. _ones.Select(count => count / _rows)];

    /// <summary>Mean and deviation of a record's number of codes.</summary>
    public (double Mean, double Deviation) Codes => (_sum / _rows, Math.Sqrt(_squares / _rows - Math.Pow(_sum / _rows, 2)));

    public static RecordCounts Of(Table table)
    {
        var counts = new RecordCounts(table.Columns.Count);
        for (int row = 0; row < table.RowCount; row++)
            counts.Add(table.Row(row));
        return counts;
    }

    public static RecordCounts Of(CompactTable table)
    {
        var counts = new RecordCounts(table.Columns.Count);
        double[] cells = new double[table.Columns.Count];
        for (int row = 0; row < table.RowCount; row++)
        {
            table.Read(row, cells);
            counts.Add(cells);
        }
        return counts;
    }

    public void Add(ReadOnlySpan<double> record)
    {
        double sum = 0;
        for (int i = 0; i < record.Length; i++)
        {
            _ones[i] += record[i];
            sum += record[i];
        }
        for (int i = 0; i < _paired.Length; i++)
        {
            for (int j = 0; j < i && record[_paired[i]] != 0; j++)
                _together[i * _paired.Length + j] += record[_paired[j]];
        }
        (_sum, _squares, _rows) = (_sum + sum, _squares + sum * sum, _rows + 1);
    }

    /// <summary>How far others are off.</summary>
    public Prevalence Compare(RecordCounts made)
    {
        double[] p = Prevalences, q = made.Prevalences;
        double meanP = p.Average(), meanQ = q.Average();
        double pp = p.Sum(x => (x - meanP) * (x - meanP)), qq = q.Sum(x => (x - meanQ) * (x - meanQ));
        double pq = p.Zip(q, (x, y) => (x - meanP) * (y - meanQ)).Sum();
        int pairs = _paired.Length * (_paired.Length - 1) / 2;
        return new Prevalence(
            Math.Sqrt(p.Zip(q, (x, y) => (x - y) * (x - y)).Average()),
            pq / Math.Sqrt(Math.Max(1e-12, pp * qq)),
            p.Zip(q, (x, y) => Math.Abs(x - y)).Sum(),
            Math.Sqrt(_together.Zip(made._together, (x, y) => Math.Pow(x / _rows - y / made._rows, 2)).Sum() / Math.Max(1, pairs)),
            Codes.Deviation,
            made.Codes.Deviation);
    }
}
