using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>The values of a column as long as they may be keys: most of the first ones differ.</summary>
/// <param name="rows">How many rows there may be.</param>
/// <param name="isKey">Whether the column is known to be one of keys.</param>
internal sealed class KeyCandidates(long rows, bool isKey)
{
    private const int First = 4096;
    private const double LeastShare = 0.5;

    private HashSet<string>? _first = new(StringComparer.Ordinal);
    private KeyFilter? _filter;
    private long _count;

    /// <summary>Looks at a value.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        if (_filter is not null)
        {
            _filter.Add(text);
            return;
        }

        if (_first is null)
            return;
        _count++;
        // A text that was met before is looked up without a copy of it.
        _first.GetAlternateLookup<ReadOnlySpan<char>>().Add(text);
        if (_count == First)
            Decide();
    }

    /// <summary>All values; null where they are no keys.</summary>
    public KeyFilter? ToFilter()
    {
        if (_first is not null)
            Decide();
        return _filter;
    }

    private void Decide()
    {
        if (isKey || _first!.Count >= LeastShare * _count)
        {
            _filter = new KeyFilter(Math.Max(_count < First ? _count : rows, _first!.Count));
            foreach (string text in _first)
                _filter.Add(text);
        }

        _first = null;
    }
}
