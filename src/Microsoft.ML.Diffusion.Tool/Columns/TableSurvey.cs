using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Finds out what the columns of a file are, in two passes over its blocks and in memory that does not grow with them: the first
/// gathers what the cells are like, the second how those that are numbers are written.</summary>
/// <param name="path">The file's name, for messages.</param>
/// <param name="names">Names of its columns.</param>
/// <param name="read">Goes through its blocks.</param>
/// <param name="options">What the user said.</param>
internal sealed class TableSurvey(string path, IReadOnlyList<string> names, Func<IEnumerable<CsvDocument>> read, SchemaOptions options)
{
    // More categories than this must come often enough, on average, for a model to learn anything of each.
    private const int FewCategories = 256, FewestRows = 2;

    // Columns of which a warning gives an example.
    private const int MostNamed = 3;

    // Fewer different numbers say nothing about a lattice.
    private const int FewestOnLattice = 8;

    // From how many rows on, with which share of empty cells, a column of the one word yes is one of boxes to tick.
    private const int FewestBoxes = 20;
    private const double LeastUnticked = 0.1;

    private readonly NumberCheck[] _checks = [.. names.Select((_, i) => new NumberCheck(i, options.Missing))];

    /// <summary>What a model that learns from the file makes of its columns.</summary>
    /// <param name="warn">Told, in a sentence, of what the user may want to know.</param>
    /// <exception cref="InputException">A column that does not exist; a cell that is no number where one must be.</exception>
    public IReadOnlyList<ColumnFinding> Find(Action<string> warn)
    {
        RefuseUnknown(options.Categorical, "--categorical");
        RefuseUnknown(options.Numeric, "--numeric");
        if (options.Categorical.Intersect(options.Numeric, StringComparer.Ordinal).FirstOrDefault() is { } both)
            throw new InputException($"Column {both} is named in both --categorical and --numeric; one of them was expected.");
        IReadOnlyList<ColumnProfile> profiles = Profile(_checks);
        var sentences = new List<string>[names.Count];
        var candidates = new ColumnCandidate[names.Count];
        for (int i = 0; i < candidates.Length; i++)
            candidates[i] = CandidateOf(i, profiles[i], sentences[i] = []);
        if (NoteOnVariants(profiles) is { } note && options.LeaveOutIdentifiers)
            warn(note);
        long rows = 0;
        foreach (CsvDocument block in read())
        {
            rows += block.RowCount;
            ParallelLoop.Run(candidates.Length, i => candidates[i].Look(block));
        }

        var findings = new ColumnFinding[names.Count];
        for (int i = 0; i < findings.Length; i++)
        {
            sentences[i].ForEach(warn);
            findings[i] = candidates[i].ToFinding();
            if (findings[i].Use == ColumnUse.None || rows == 0 || findings[i].Missing < rows)
                continue;
            warn($"Column {names[i]} has no values to learn from: it is left as it is.");
            findings[i] = new ColumnFinding(i, names[i], ColumnUse.None, options.Missing) { Missing = rows };
        }

        return findings;
    }

    /// <summary>What the columns of the file are.</summary>
    /// <exception cref="InputException">The user names a column that the file lacks, or a role that a column cannot have.</exception>
    public IReadOnlyList<ColumnProfile> Profile() => Profile([]);

    private IReadOnlyList<ColumnProfile> Profile(NumberCheck[] checks)
    {
        var profiler = new TableProfiler(names);
        foreach (CsvDocument block in read())
        {
            ParallelLoop.Run(names.Count, column =>
            {
                for (int row = 0; row < block.RowCount; row++)
                {
                    string cell = block.Text(row, column);
                    bool isMissing = options.Missing.IsMissing(block, row, column)
                        || string.Equals(cell, "nan", StringComparison.OrdinalIgnoreCase);
                    profiler.Add(column, cell, isMissing);
                }

                if (column < checks.Length)
                    checks[column].Look(block);
            });
        }

        if (checks.Select(check => check.Refusal).FirstOrDefault(refusal => refusal is not null) is { } refusal)
            throw refusal;
        try
        {
            options.Roles?.CheckAgainst(names);
            return profiler.ToProfiles(options.Roles);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new InputException($"--columns does not fit {path}: {e.Message}", e);
        }
    }

    private ColumnCandidate CandidateOf(int index, ColumnProfile profile, List<string> sentences)
    {
        if (options.Numeric.Contains(profile.Name, StringComparer.Ordinal))
            return new ColumnCandidate.Numbers(index, profile.Name, options.Missing, "--numeric names it as a column of numbers");
        if (options.Categorical.Contains(profile.Name, StringComparer.Ordinal))
            return new ColumnCandidate.Texts(
                index, profile.Name, options.Missing, ColumnUse.Categorical, [], profile, MergedSpellingsOf(profile));
        if (options.LeaveOutIdentifiers)
            sentences.AddRange(profile.Notes.Select(note => $"Column {note}"));
        string[] words = [.. profile.Statistics.Marks.Where(mark => !mark.IsSuggestion).Select(mark => mark.Text)];
        if (profile.Role.IsNumeric() || profile.Role == ColumnRole.Empty)
        {
            // What would be rounded is refused as a plain column, whatever its lattice.
            bool mayBePlain = profile.Role is ColumnRole.Number or ColumnRole.Amount or ColumnRole.Empty
                && (!NeedsCodec(profile) || _checks[index].IsRounded);
            return new ColumnCandidate.Measures(index, options.Missing, profile, words, mayBePlain);
        }

        bool isRare = profile.Statistics.Distinct > FewCategories && profile.Statistics.Observed < FewestRows * profile.Statistics.Distinct;
        bool isLeftOut = profile.Role.IsIdentifying() || isRare;
        if (isLeftOut && options.LeaveOutIdentifiers)
        {
            string what = profile.Role.IsIdentifying()
                ? $"{profile.Reason}: it is left as it is and not learnt from"
                : $"{profile.Statistics.Distinct} categories in {profile.Statistics.Observed} rows, too few to learn of each: "
                    + "it is left as it is";
            sentences.Add($"Column {profile.Name} has {what} (name it in --categorical to use it).");
            return new ColumnCandidate.Texts(index, profile.Name, options.Missing, ColumnUse.None, [], profile);
        }

        if (IsTicked(profile) && options.LeaveOutIdentifiers)
        {
            sentences.Add($"Column {profile.Name} is '{profile.Statistics.Values[0].Value}' or empty, and an empty cell may mean no: it is "
                + "left as it is and not learnt from (write no into those cells to have it learnt, or name it in --categorical to fill "
                + "them in).");
            return new ColumnCandidate.Texts(index, profile.Name, options.Missing, ColumnUse.None, [], profile);
        }

        return profile.Role is ColumnRole.Key or ColumnRole.Constant && _checks[index] is { IsNumeric: true, IsRounded: false }
            ? new ColumnCandidate.Numbers(index, profile.Name, options.Missing, string.Empty)
            : new ColumnCandidate.Texts(
                index, profile.Name, options.Missing, ColumnUse.Categorical, words, profile, MergedSpellingsOf(profile));
    }

    // A box that is ticked or not. A few cells without a value are more likely missing ones.
    private static bool IsTicked(ColumnProfile profile) => profile.Role == ColumnRole.Constant
        && profile.Statistics.Rows >= FewestBoxes && profile.Statistics.Missing >= LeastUnticked * profile.Statistics.Rows
        && profile.Statistics.Values is [var only, ..] && YesNoWords.MeansYes(only.Value.Trim());

    private MergedSpellings? MergedSpellingsOf(ColumnProfile profile) =>
        options.Merges(profile.Name) ? MergedSpellings.Of(profile) : null;

    /// <summary>One sentence on all columns in which one category is spelt in several ways; null where there is none, or all are
    /// merged.</summary>
    private string? NoteOnVariants(IReadOnlyList<ColumnProfile> profiles)
    {
        ColumnProfile[] spelt = [.. profiles.Where(profile => profile.Statistics.Variants.Count > 0 && !options.Merges(profile.Name))];
        if (spelt.Length == 0)
            return null;
        string named = string.Join("; ", spelt.Take(MostNamed).Select(profile => $"{profile.Name}: {profile.Statistics.Variants[0]}"));
        string more = spelt.Length > MostNamed ? $"; and {spelt.Length - MostNamed} more columns" : string.Empty;
        return $"Some categories are spelt in several ways that differ in case or blanks alone, and are learnt as different ones "
            + $"({named}{more}); --merge-variants takes them for one.";
    }

    // Numbers on a lattice other than that of their decimals (whole numbers spelt 34.0, multiples of 4), with exponents, or with a plus.
    private static bool NeedsCodec(ColumnProfile profile)
    {
        ColumnEntry entry = profile.Entry;
        if (entry.Format is { } pattern && (pattern.Contains('E', StringComparison.OrdinalIgnoreCase) || pattern.StartsWith('+')))
            return true;
        if (entry.Step is not { } step)
            return false;
        int decimals = entry.Format is { } format && format.LastIndexOf('.') is >= 0 and var point
            ? format.AsSpan(point + 1).Count('0') + format.AsSpan(point + 1).Count('#')
            : 0;
        // A few numbers that are multiples of 4 may be so by chance; whole numbers with a decimal of zero are not.
        return Math.Abs(step - Math.Pow(10, -decimals)) > 1e-9 * step
            && ((step == 1 && entry.Offset == 0) || profile.Statistics.Distinct >= FewestOnLattice);
    }

    private void RefuseUnknown(IEnumerable<string> asked, string option)
    {
        string? unknown = asked.FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal));
        if (unknown is not null)
            throw new InputException($"{path} has no column '{unknown}', which {option} names{NearNames.Ask(unknown, names)}");
    }
}
