using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>The different values of a column without its marks, and how often they come.</summary>
internal sealed class ObservedValues
{
    public ObservedValues(ColumnEvidence evidence, IReadOnlyList<string> words)
    {
        foreach (ValueCount value in evidence.Sample.Values)
        {
            string text = value.Value.Trim();
            if (MissingWords.IsCertain(text) || words.Contains(text, StringComparer.Ordinal))
                AddMark(text, value.Count);
            else
                Values.Add(value);
        }

        Values.Sort((a, b) => b.Count.CompareTo(a.Count));
        IsExact = evidence.Sample.IsExact;
        Rows = Math.Max(0, evidence.Rows - evidence.Missing - Marks.Sum(mark => mark.Count));
        long kept = Values.Sum(value => value.Count);
        Distinct = IsExact ? Values.Count : Math.Min(Rows, Math.Max(0, evidence.Sample.Count - Marks.Count));
        ShareOfDistinct = kept == 0 ? 0 : Values.Count / (double)kept;
        ShareOfSingles = Values.Count == 0 ? 0 : Values.Count(value => value.Count == 1) / (double)Values.Count;
    }

    /// <summary>Values, the most frequent first.</summary>
    public List<ValueCount> Values { get; } = [];

    /// <summary>Marks, in the order in which they came.</summary>
    public List<ValueCount> Marks { get; } = [];
    public bool IsExact { get; }

    /// <summary>Rows that hold a value.</summary>
    public long Rows { get; }
    public long Distinct { get; }

    /// <summary>Different values as a share of rows.</summary>
    public double ShareOfDistinct { get; }

    /// <summary>Share of different values that come once.</summary>
    public double ShareOfSingles { get; }

    public bool AreUnique => ShareOfDistinct >= 1;
    public bool AreNearlyUnique => ShareOfDistinct >= 0.98;

    /// <summary>"312 different whole numbers in 312 rows".</summary>
    public string Counted(string what) =>
        $"{(IsExact ? string.Empty : "about ")}{Number(Distinct)} different {what} in {Number(Rows)} rows";

    public static string Number(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    private void AddMark(string text, long count)
    {
        int at = Marks.FindIndex(mark => mark.Value == text);
        if (at < 0)
            Marks.Add(new ValueCount(text, count));
        else
            Marks[at] = new ValueCount(text, Marks[at].Count + count);
    }
}
