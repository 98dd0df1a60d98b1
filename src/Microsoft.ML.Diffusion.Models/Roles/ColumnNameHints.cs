using System.Text;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What the name of a column says about it.</summary>
internal sealed class ColumnNameHints
{
    private static readonly HashSet<string> s_keys =
        ["id", "ids", "key", "nr", "no", "uuid", "guid", "index", "idx", "ref", "reference", "serial", "number", "nummer", "rownum",
            "rownames", "pk", "rowid", "identifier"];

    private static readonly HashSet<string> s_codes =
    [
        "code", "codes", "kod", "type", "kind", "class", "category", "cat", "group", "region", "zone", "district", "cluster", "label",
            "sector", "branch",
        "department", "dept", "status", "browser", "system", "systems", "species", "diagnosis", "race", "ethnicity", "gender", "sex",
            "ward",
        "zip", "zipcode", "postal", "postcode", "postalcode", "plz", "icd", "icd9", "icd10", "atc", "naics", "sic", "fips", "ean", "upc",
            "sku", "isbn",
        "state", "country", "county", "segment", "channel", "station", "site", "location", "subject", "id", "ids",
    ];

    private static readonly HashSet<string> s_postal =
        ["zip", "zipcode", "postal", "postcode", "postalcode", "plz", "fips", "icd", "icd9", "icd10", "naics", "sic", "ean", "upc",
            "isbn", "sku"];

    private static readonly HashSet<string> s_dates =
    [
        "date", "dates", "datetime", "time", "timestamp", "ts", "dob", "birth", "birthday", "birthdate", "created", "updated", "modified",
            "epoch",
        "datum", "jour", "fecha", "fecha", "start", "end", "since", "until", "when", "day", "month", "period", "visit", "at", "on",
            "seen", "expires",
    ];

    private static readonly HashSet<string> s_years =
        ["year", "years", "yr", "yyyy", "jahr", "année", "annee", "ano", "anno", "vintage", "built", "yob", "renovated"];

    private static readonly HashSet<string> s_quantities =
    [
        "age", "ages", "count", "counts", "amount", "price", "salary", "income", "weight", "height", "size", "score", "total", "num",
            "population",
        "qty", "quantity", "length", "width", "area", "rate", "value", "sum", "mean", "balance", "cost", "distance", "level", "pressure",
            "hours", "days", "volume",
    ];

    private static readonly HashSet<string> s_counts = ["num", "n", "count", "total", "sum", "mean", "avg", "number", "of", "per"];
    private static readonly HashSet<string> s_persons =
        ["surname", "lastname", "firstname", "fullname", "forename", "givenname", "familyname", "vorname", "nachname", "nom", "prenom",
            "apellido"];
    private static readonly HashSet<string> s_beforeName =
        ["first", "last", "full", "given", "family", "middle", "patient", "customer", "employee", "person", "user", "student", "contact",
            "owner", "client", "doctor"];
    private static readonly HashSet<string> s_durations =
        ["duration", "elapsed", "laptime", "runtime", "lap", "wait", "waiting", "dauer", "timespan", "interval", "stay", "uptime"];
    private static readonly HashSet<string> s_phones = ["phone", "phones", "tel", "telephone", "mobile", "fax", "cell", "telefon"];
    private static readonly HashSet<string> s_texts =
        ["comment", "comments", "note", "notes", "description", "review", "text", "message", "remark", "remarks", "title", "summary",
            "abstract", "body"];

    private readonly string[] _words;

    public ColumnNameHints(string name)
    {
        _words = [.. Split(name)];
        bool counts = _words.Length > 1 && (_words[0] is "num" or "n" or "count" or "total" or "avg" or "mean" or "sum"
            || _words.Contains("of"));
        string last = _words.Length == 0 ? string.Empty : _words[^1];
        string first = _words.Length == 0 ? string.Empty : _words[0];
        IsUnnamed = name.Trim().Length == 0 || (first == "unnamed");
        IsKey = !counts && (IsUnnamed || s_keys.Contains(last) || first is "id" or "index" or "uuid" or "guid");
        IsQuantity = counts || _words.Any(s_quantities.Contains);
        IsPostal = _words.Any(s_postal.Contains);
        IsCode = IsPostal || (!counts && !_words.Any(s_counts.Contains) && _words.Any(s_codes.Contains) && !_words.Any(s_quantities.Contains));
        IsYear = _words.Any(s_years.Contains);
        IsDate = IsYear || _words.Any(s_dates.Contains);
        IsPerson = _words.Any(s_persons.Contains) || (last == "name" && (_words.Length == 1 || _words.Any(s_beforeName.Contains)));
        IsDuration = _words.Any(s_durations.Contains);
        IsPhone = _words.Any(s_phones.Contains);
        IsText = _words.Any(s_texts.Contains);
    }

    public bool IsUnnamed { get; }
    public bool IsKey { get; }
    public bool IsCode { get; }

    /// <summary>A code whose digits are no number even where they are all different: postal codes and the like.</summary>
    public bool IsPostal { get; }
    public bool IsQuantity { get; }
    public bool IsYear { get; }
    public bool IsDate { get; }
    public bool IsPerson { get; }
    public bool IsDuration { get; }
    public bool IsPhone { get; }
    public bool IsText { get; }

    /// <summary>Whether the name is one of the given words.</summary>
    public bool Is(params ReadOnlySpan<string> names) => _words.Length == 1 && names.Contains(_words[0]);

    // customerId, CustomerID, customer_id and "Customer id" give the same words.
    private static List<string> Split(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            bool starts = char.IsUpper(c) && i > 0 && (char.IsLower(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length
                && char.IsLower(name[i + 1])));
            if ((!char.IsLetterOrDigit(c) || starts) && word.Length > 0)
            {
                words.Add(word.ToString().ToLowerInvariant());
                word.Clear();
            }

            if (char.IsLetterOrDigit(c))
                word.Append(c);
        }

        if (word.Length > 0)
            words.Add(word.ToString().ToLowerInvariant());
        return words;
    }
}
