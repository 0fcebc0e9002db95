//! SQL text that diesel prepares once a connection, which it never does for `sql_query`.

/// Declares a statement: its parameters in the order in which `$1`, `$2`, .. first appear in its text, and the SQL
/// types of a row it gives.
macro_rules! statement {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty => $sql_type:ty,)* } -> $row:ty, $text:expr) => {
        $(#[$meta])*
        pub(super) struct $name<'a> {
            $(pub(super) $field: &'a $type,)*
        }

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::Query for $name<'_> {
            type SqlType = $row;
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                // diesel writes a parameter's number itself, so the text is cut where each comes first.
                let (mut rest, mut number) = ($text, 0);
                $(
                    number += 1;
                    let mark = format!("${number}");
                    let (before, after) = rest.split_once(&mark).expect("each parameter is in the text");
                    out.push_sql(before);
                    out.push_bind_param::<$sql_type, _>(self.$field)?;
                    rest = after;
                )*
                debug_assert!(number > 0, "a statement without parameters needs no macro");
                out.push_sql(rest);
                Ok(())
            }
        }
    };
}

pub(super) use statement;
