using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Decides on texts: addresses, telephone numbers, names, keys, codes, free text, categories.</summary>
internal static class TextDecisions
{
    private const int MostShapes = 256;

    /// <summary>The role of a column of texts.</summary>
    public static RoleDecision Decide(ColumnEvidence evidence, ObservedValues values)
    {
        TextEvidence text = evidence.Text;
        if (text.Cells > 0 && text.Emails >= 0.95 * text.Cells)
            return new RoleDecision(ColumnRole.Email,
                $"{values.Counted("e-mail addresses")}: e-mail addresses")
            { Key = Invented(KeyKind.Email, values) };
        return Key(evidence, values) ?? Person(evidence, values) ?? FreeText(evidence, values) ?? Code(evidence,
            values) ?? Category(values);
    }

    /// <summary>Telephone numbers, also those that are digits alone; null where the cells are none.</summary>
    public static RoleDecision? Phone(ColumnEvidence evidence, ObservedValues values)
    {
        TextEvidence text = evidence.Text;
        bool phones = text.Cells >= 2 && text.Phones >= 0.98 * text.Cells && evidence.Mask.Guids == 0;
        bool dates = evidence.Date.Cells > 0;
        if (!phones || dates || !(evidence.Hints.IsPhone || (text.MarkedPhones >= 0.98 * text.Cells && !evidence.Number.IsNumeric
            && values.Distinct >= 10)))
            return null;
        return new RoleDecision(ColumnRole.Phone, $"{values.Counted("telephone numbers")}: telephone numbers")
        {
            Key = KeyOf(evidence,
            values)
        };
    }

    /// <summary>How keys of texts are made anew.</summary>
    public static KeyPattern KeyOf(ColumnEvidence evidence, ObservedValues values)
    {
        MaskEvidence mask = evidence.Mask;
        if (mask.Guids == mask.Cells && mask.Cells > 0)
            return new KeyPattern { Kind = KeyKind.Uuid, IsUpper = mask.HasUpperGuids };
        bool random = mask.IsNumbered && mask.Mask != null && mask.Max - mask.Min >= 4 * values.Distinct && !mask.IsRising
            && mask.MaxDigits >= 5;
        if (mask.IsNumbered && !random)
            return new KeyPattern
            {
                Kind = KeyKind.Sequence, Prefix = mask.Prefix, Last = mask.Max, Width = mask.HasLeadingZero
                || mask.MinDigits == mask.MaxDigits ? mask.MaxDigits : 1
            };
        if (mask.Mask is { } positions && Space(positions) >= 100.0 * Math.Max(1, values.Distinct))
            return new KeyPattern { Kind = KeyKind.Pattern, Mask = positions };
        return Invented(KeyKind.Name, values);
    }

    /// <summary>Invented words in the shapes that the values have.</summary>
    public static KeyPattern Invented(KeyKind kind, ObservedValues values) => new()
    {
        Kind = kind,
        Shapes = [.. values.Values.Take(MostShapes).Select(value => Shape(value.Value.Trim()))],
    };

    private static double Space(IReadOnlyList<KeyCharacter> positions) => positions.Aggregate(1.0, (product, p) => product * p.Choices);

    // Only the shape is kept, so that no real name can come back.
    private static string Shape(string text)
    {
        var shape = new StringBuilder(text.Length);
        foreach (char c in text)
            shape.Append(char.IsUpper(c) ? 'X' : char.IsLetter(c) ? 'x' : char.IsDigit(c) ? '0' : c);
        return shape.ToString();
    }

    private static RoleDecision? Key(ColumnEvidence evidence, ObservedValues values)
    {
        MaskEvidence mask = evidence.Mask;
        TextEvidence text = evidence.Text;
        bool named = evidence.Hints.IsKey;
        bool digits = text.WithDigits >= 0.95 * text.Cells;
        bool oneWord = text.MeanWords < 1.5;
        string? why = null;
        // Dates or amounts in more than one spelling name nothing.
        bool mixed = evidence.Date.Cells >= 10 || (evidence.Number.Cells >= 10 && evidence.Number.HasAffix);
        // 120/80, 130/85: two numbers, however different their pairs are.
        bool pairs = text.WithSlash == text.Cells && text.WithLetters == 0;
        if (pairs || evidence.Hints.IsPostal)
            return null;
        if (values.Rows >= 3 && mask.Guids == mask.Cells && values.AreNearlyUnique)
            why = ", GUIDs";
        else if (values.AreNearlyUnique && mask.IsNumbered && values.Rows >= 10)
            why = mask.IsRising ? $", '{mask.Prefix}' with a number that rises by one" : $", '{mask.Prefix}' with a number";
        else if (values.AreNearlyUnique && oneWord && digits && (mask.Mask != null || named) && values.Rows >= 10)
            why = mask.Mask != null ? ", all of one pattern" : " under a name of keys";
        else if (named && values.ShareOfDistinct >= 0.9 && oneWord && values.Rows >= 10)
            why = " under a name of keys";
        else if (!mixed && values.ShareOfDistinct >= 0.95 && oneWord && values.Rows >= 50 && !evidence.Hints.IsPerson)
            why = string.Empty;
        return why == null ? null : new RoleDecision(ColumnRole.Key, $"{values.Counted("texts")}{why}: a key")
        {
            Key = KeyOf(evidence,
            values)
        };
    }

    private static RoleDecision? Person(ColumnEvidence evidence, ObservedValues values)
    {
        TextEvidence text = evidence.Text;
        return evidence.Hints.IsPerson && text.WithDigits <= 0.02 * text.Cells && text.MeanWords <= 5 && values.Distinct >= 5
            ? new RoleDecision(ColumnRole.Name,
            $"{values.Counted("texts")} under a name of persons: names of people (by the column's name alone)")
            {
                Key = Invented(KeyKind.Name, values),
            }
            : null;
    }

    private static RoleDecision? FreeText(ColumnEvidence evidence, ObservedValues values)
    {
        TextEvidence text = evidence.Text;
        bool many = values.Rows >= 10 && values.ShareOfDistinct >= 0.5;
        bool wordy = text.MeanWords >= (evidence.Hints.IsText ? 2.5 : 4) || text.MeanLength >= 40;
        bool unique = values.Rows >= 20 && values.ShareOfDistinct >= 0.95 && text.MeanWords >= 2;
        return (many && wordy) || unique
            ? new RoleDecision(ColumnRole.Text, string.Create(CultureInfo.InvariantCulture,
                $"{values.Counted("texts")} of {text.MeanWords:0.#} words: free text"))
            {
                Key = Invented(KeyKind.Name, values),
            }
            : null;
    }

    private static RoleDecision? Code(ColumnEvidence evidence, ObservedValues values)
    {
        TextEvidence text = evidence.Text;
        bool exponents = evidence.Number.IsNumeric && evidence.Number.HasBareExponents;
        bool shaped = text.WithDigits == text.Cells && text.Longest <= 12 && text.MeanWords < 1.1;
        return exponents || (shaped && text.CodeLike >= 0.5 * text.Cells) || (shaped && evidence.Hints.IsPostal)
            ? new RoleDecision(ColumnRole.Code, $"{values.Counted("words")} of digits and letters: a code")
            : null;
    }

    private static RoleDecision Category(ObservedValues values)
    {
        string alone = values.Rows >= 50 && values.ShareOfDistinct > 0.5 ? ", most of them in one row alone" : string.Empty;
        return new RoleDecision(ColumnRole.Category, $"{values.Counted("words")}{alone}: categories");
    }
}
