using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Turns what the cells said into a role with its reason and statistics.</summary>
internal static class ProfileBuilder
{
    private const int MostVariants = 100;

    public static ColumnProfile Build(ColumnEvidence evidence, ColumnRole? told, bool preferComma)
    {
        var values = new ObservedValues(evidence, []);
        RoleDecision decision = told is { } role ? Told(evidence, values, role, preferComma) : Decide(evidence, values, preferComma);
        if (decision.Words.Count > 0)
            values = new ObservedValues(evidence, decision.Words);
        List<MissingMark> marks = MarksOf(values, decision);
        var notes = new List<string>(decision.Notes);
        MissingMark[] certain = [.. marks.Where(mark => !mark.IsSuggestion)];
        MissingMark[] possible = [.. marks.Where(mark => mark.IsSuggestion)];
        if (certain.Length > 0)
            notes.Insert(0, $"'{evidence.Name}' has {MarksText(certain)}; to read them as missing, give {Option(certain)}.");
        if (possible.Length > 0)
            notes.Add($"'{evidence.Name}' has {MarksText(possible)}, which may mean that the value is missing; "
                + $"if so, give {Option(possible)}.");
        IReadOnlyList<SpellingVariants> variants = decision.Role.IsCategorical() ? VariantsOf(values) : [];
        AddMixture(evidence, decision, notes);
        return new ColumnProfile
        {
            Entry = EntryOf(evidence, decision, [.. certain.Select(mark => mark.Text)]),
            Key = decision.Key,
            Notes = notes,
            Statistics = new ColumnStatistics
            {
                Rows = evidence.Rows,
                Missing = evidence.Missing,
                Distinct = values.Distinct,
                IsDistinctEstimated = !values.IsExact,
                Min = decision.Min,
                Max = decision.Max,
                Marks = marks,
                Variants = variants,
                Values = values.Values,
            },
        };
    }

    private static RoleDecision Decide(ColumnEvidence evidence, ObservedValues values, bool preferComma)
    {
        if (values.Values.Count == 0)
            return new RoleDecision(ColumnRole.Empty, "no cell is observed: empty");
        if (values.Values.Count == 1 && values.IsExact)
            return new RoleDecision(ColumnRole.Constant,
                $"all {ObservedValues.Number(values.Rows)} observed cells are {values.Values[0].Value}: constant");
        if (YesNo(values) is { } yesNo)
            return yesNo;
        if (TextDecisions.Phone(evidence, values) is { } phone)
            return phone;
        if (evidence.Number.IsNumeric && evidence.Whole.IsAlive && WholeDecisions.Decide(evidence, values) is { } whole)
            return whole;
        if (evidence.Hints.IsPostal && evidence.Number.IsNumeric && evidence.Number.Point.IsAlive && !evidence.Hints.IsQuantity)
            return new RoleDecision(ColumnRole.Code, $"{values.Counted("numbers")} under a name of codes: a code");
        return DateDecisions.OfText(evidence, values) is { } date && !evidence.Date.IsDigitsOnly ? date
            : NumberDecisions.Decide(evidence, values, preferComma) ?? DateDecisions.OfUnits(evidence, values)
                ?? TextDecisions.Decide(evidence, values);
    }

    private static RoleDecision Told(ColumnEvidence evidence, ObservedValues values, ColumnRole role, bool preferComma)
    {
        RoleDecision found = Decide(evidence, values, preferComma);
        if (found.Role == role)
            return found;
        RoleDecision? decision = role switch
        {
            ColumnRole.Number or ColumnRole.Amount => NumberDecisions.Decide(evidence, values, preferComma),
            ColumnRole.Date or ColumnRole.Time or ColumnRole.Timestamp or ColumnRole.Duration =>
                AsDate(evidence, values, role, preferComma),
            ColumnRole.Key or ColumnRole.Phone => new RoleDecision(role, string.Empty)
            {
                Key = evidence.Whole.IsAlive ? WholeDecisions.KeyOf(evidence, values) : TextDecisions.KeyOf(evidence, values),
            },
            ColumnRole.Email => new RoleDecision(role, string.Empty) { Key = TextDecisions.Invented(KeyKind.Email, values) },
            ColumnRole.Name or ColumnRole.Text => new RoleDecision(role, string.Empty)
            {
                Key = TextDecisions.Invented(KeyKind.Name,
                values)
            },
            ColumnRole.YesNo => AsYesNo(values),
            _ => new RoleDecision(role, string.Empty),
        };
        if (decision == null)
        {
            string? cell = evidence.Number.Misfits.First ?? evidence.Date.Misfits.First ?? values.Values.FirstOrDefault().Value;
            throw new InvalidOperationException(
                $"The column '{evidence.Name}' cannot be of the role {role.ToName()}; look at the cell '{cell}'.");
        }

        return decision with { Role = role, Reason = $"told by a person; the cells say: {found.Reason}" };
    }

    private static RoleDecision? AsDate(ColumnEvidence evidence, ObservedValues values, ColumnRole role, bool preferComma) =>
        new[]
        {
            DateDecisions.OfText(evidence, values),
            NumberDecisions.Decide(evidence, values, preferComma),
            DateDecisions.OfUnits(evidence, values),
        }.FirstOrDefault(decision => decision?.Role == role);

    private static RoleDecision? AsYesNo(ObservedValues values) => values.Values.Count != 2 ? null
        : new RoleDecision(ColumnRole.YesNo,
        string.Empty)
        { Values = [.. values.Values.Select(v => v.Value.Trim()).Order(StringComparer.Ordinal)] };

    private static RoleDecision? YesNo(ObservedValues values)
    {
        string[] words = [.. values.Values.Select(value => value.Value.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (words.Length != 2 || !YesNoWords.ArePair(words[0], words[1], out bool secondIsYes))
            return null;
        (string no, string yes) = secondIsYes ? (words[0], words[1]) : (words[1], words[0]);
        return new RoleDecision(ColumnRole.YesNo, $"the values are {no} and {yes}: yes or no") { Values = [no, yes] };
    }

    private static ColumnEntry EntryOf(ColumnEvidence evidence, RoleDecision decision, string[] marks)
    {
        var entry = new ColumnEntry
        {
            Name = evidence.Name,
            Role = decision.Role,
            Format = decision.Format,
            Step = decision.Step > 0 ? decision.Step : null,
            Offset = decision.Offset,
            Habit = decision.Habit,
            Values = decision.Values,
            MissingMarks = marks,
            Reason = decision.Reason,
        };
        if (!double.IsFinite(decision.Min) || !decision.Role.IsNumeric())
            return entry;
        RoleCodec codec = RoleCodec.Create(entry with { Step = null, Habit = DateHabit.None });
        return entry with { Min = codec.Format(decision.Min), Max = codec.Format(decision.Max) };
    }

    private static List<MissingMark> MarksOf(ObservedValues values, RoleDecision decision)
    {
        // NA among two-letter codes may be Namibia, sodium or North America.
        bool letters = decision.Role.IsCategorical() && values.Values.Count >= 5 && values.Values.All(v => v.Value.Trim().Length == 2);
        List<MissingMark> marks = [.. values.Marks.Select(mark => new MissingMark(mark.Value, mark.Count, letters && mark.Value == "NA"))];
        if (decision.Role is ColumnRole.Number && values.IsExact)
            marks.AddRange(Sentinels(values));
        else if (decision.Role.IsCategorical())
            marks.AddRange(values.Values.Where(v => MissingWords.IsPossible(v.Value.Trim())).Select(v =>
                new MissingMark(v.Value.Trim(), v.Count, true)));
        return [.. marks.OrderBy(mark => mark.IsSuggestion)];
    }

    // 999 among ages: a number that people write for "missing", in several rows, far from all others.
    private static IEnumerable<MissingMark> Sentinels(ObservedValues values)
    {
        var numbers = new List<(double Value, ValueCount Cell)>();
        foreach (ValueCount cell in values.Values)
            if (double.TryParse(cell.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                numbers.Add((value, cell));
        if (numbers.Count < 5)
            yield break;
        numbers.Sort((a, b) => a.Value.CompareTo(b.Value));
        foreach ((int end, int beside, int other) in new[] { (0, 1, numbers.Count - 1), (numbers.Count - 1, numbers.Count - 2, 0) })
        {
            double gap = Math.Abs(numbers[end].Value - numbers[beside].Value);
            double spread = Math.Abs(numbers[beside].Value - numbers[other].Value);
            bool onlyNegative = numbers[end].Value < 0 && numbers[beside].Value >= 0;
            bool apart = gap > spread || (onlyNegative && numbers[end].Cell.Count >= 3);
            if (MissingWords.IsSentinel(numbers[end].Value) && numbers[end].Cell.Count >= 2 && apart)
                yield return new MissingMark(numbers[end].Cell.Value.Trim(), numbers[end].Cell.Count, true);
        }
    }

    private static IReadOnlyList<SpellingVariants> VariantsOf(ObservedValues values)
    {
        var groups = new Dictionary<string, List<ValueCount>>(StringComparer.Ordinal);
        foreach (ValueCount value in values.Values)
        {
            string folded = SpellingVariants.Fold(value.Value);
            if (!groups.TryGetValue(folded, out List<ValueCount>? group))
                groups.Add(folded, group = []);
            group.Add(value);
        }

        return [.. groups.Values.Where(group => group.Count > 1).Take(MostVariants).Select(group =>
            new SpellingVariants(group[0], group[1..]))];
    }

    private static void AddMixture(ColumnEvidence evidence, RoleDecision decision, List<string> notes)
    {
        // Among words that are mostly without digits, 9th and 10th are words too.
        bool isWordy = 2 * evidence.Text.WithDigits < evidence.Text.Cells;
        if (isWordy || decision.Role is not (ColumnRole.Category or ColumnRole.Key or ColumnRole.Text or ColumnRole.Code))
            return;
        foreach ((long cells, string? misfit, string what) in (ReadOnlySpan<(long, string?, string)>)
            [(evidence.Date.Cells, evidence.Date.Misfits.First, "dates"), (evidence.Number.Cells, evidence.Number.Misfits.First,
                "numbers")])
            if (misfit != null && cells >= 2)
            {
                notes.Add($"'{evidence.Name}' begins with {what} of one spelling, until the cell '{misfit}'; "
                    + $"with one spelling everywhere it would be a column of {what}.");
                return;
            }
    }

    private static string Option(MissingMark[] marks) => $"--na \"{string.Join(',', marks.Select(mark => mark.Text))}\"";

    private static string MarksText(IEnumerable<MissingMark> marks) =>
        string.Join(", ", marks.Select(mark =>
            $"'{mark.Text}' in {ObservedValues.Number(mark.Count)} {(mark.Count == 1 ? "row" : "rows")}"));
}
