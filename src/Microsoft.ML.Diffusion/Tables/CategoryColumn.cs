using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of categories, whose codes are given out while a view is read and put in their final order, the most
/// frequent first, at its end. A category that is not known counts as missing on the way in and stays as it is.</summary>
internal abstract class CategoryColumn<TCategory>(string name, DataViewType type, IEqualityComparer<TCategory>? equality = null) : ViewColumn(name, type)
    where TCategory : notnull
{
    private readonly List<long> _frequencies = [];

    // Codes of categories that were forgotten, to be given out again.
    private readonly Stack<int> _free = [];

    public override IEnumerable<TableColumn> TableColumns => [TableColumn.Categorical(Name, Categories.Select(NameOf))];

    public override int CategoryCount => Codes.Count;

    /// <summary>The categories in the order of their codes.</summary>
    protected List<TCategory> Categories { get; } = [];

    /// <summary>The code of every category.</summary>
    protected Dictionary<TCategory, int> Codes { get; } = new(equality);

    /// <summary>What decides between categories of the same frequency, so that the order of the rows does not.</summary>
    protected abstract IComparer<TCategory> Order { get; }

    /// <summary>How often each category was met, while learning.</summary>
    protected IEnumerable<(TCategory Category, long Count)> Met => Codes.Select(each => (each.Key, _frequencies[each.Value]));

    public override void Forget(ReadOnlySpan<double> cells)
    {
        if (double.IsNaN(cells[0]))
            return;
        int code = (int)cells[0];
        if (--_frequencies[code] > 0)
            return;
        Codes.Remove(Categories[code]);
        _free.Push(code);
    }

    public override double[]? KeepMostFrequent(int maximum)
    {
        int[] ranked = [.. Codes.Values
            .OrderByDescending(code => _frequencies[code])
            .ThenBy(code => Categories[code], Order)
            .Take(maximum)];
        double[] finalCodes = new double[Categories.Count];
        finalCodes.AsSpan().Fill(double.NaN);
        for (int code = 0; code < ranked.Length; code++)
            finalCodes[ranked[code]] = code;
        SetCategories([.. ranked.Select(code => Categories[code])]);
        return finalCodes;
    }

    public override void TakeCategories(IReadOnlyList<string> names)
    {
        var known = new Dictionary<string, TCategory>(StringComparer.Ordinal);
        foreach (TCategory category in Categories)
            known.TryAdd(NameOf(category), category);
        SetCategories([.. names.Select(name => known.TryGetValue(name, out TCategory? category) ? category : FromName(name))]);
    }

    protected abstract string NameOf(TCategory category);

    /// <summary>A category that was not met.</summary>
    protected virtual TCategory FromName(string name) => throw ColumnRefusal.Of(
        $"Column '{Name}' is {ColumnTypes.Describe(Type)}, and no row has '{name}' of its domain; convert it to text to declare values.");

    protected void SetCategories(TCategory[] categories)
    {
        Categories.Clear();
        Codes.Clear();
        _frequencies.Clear();
        _free.Clear();
        foreach (TCategory category in categories)
            Add(category);
    }

    /// <summary>Counts a category met while learning.</summary>
    /// <param name="code">Its code; null gives it a new one.</param>
    /// <param name="category">What it is; looked at only when it is new.</param>
    protected int Learn(int? code, TCategory category)
    {
        int known = code ?? Add(category);
        _frequencies[known]++;
        return known;
    }

    /// <summary>The cell of a category: its code, NaN where it is not known.</summary>
    /// <param name="category">The category.</param>
    /// <param name="learn">Whether a category that is met for the first time becomes known, and all are counted.</param>
    protected double CodeOf(TCategory category, bool learn)
    {
        int? known = Codes.TryGetValue(category, out int code) ? code : null;
        return learn ? Learn(known, category) : known ?? double.NaN;
    }

    private int Add(TCategory category)
    {
        if (_free.TryPop(out int code))
        {
            Categories[code] = category;
        }
        else
        {
            code = Categories.Count;
            Categories.Add(category);
            _frequencies.Add(0);
        }

        Codes.Add(category, code);
        return code;
    }
}
